/** Spells out `{a,b}` and `{1..5}` in a word, as bash does before anything else. */
import type { WordPart } from "./syntax.ts";

const MAX_WORDS = 512;

/** The parts of each word that comes out, or undefined where a brace holds more than plain text or there are too many. */
export function spellBraces(
  parts: readonly WordPart[],
): readonly (readonly WordPart[])[] | undefined {
  let words: (readonly WordPart[])[] = [[]];
  for (const part of parts) {
    if (part.type !== "BraceExpansion") {
      words = words.map((word) => [...word, part]);
      continue;
    }
    const texts = spell(part.text);
    if (texts === undefined || texts.length * words.length > MAX_WORDS) return undefined;
    words = words.flatMap((word) => texts.map((text) => [...word, ...toParts(text, part)]));
  }
  return words;
}

function toParts(text: string, { pos, end }: WordPart): readonly WordPart[] {
  return text
    .split(/([*?]+)/)
    .filter((piece) => piece !== "")
    .map((piece) =>
      /[*?]/.test(piece)
        ? { type: "Glob", kind: "star", pos, end, text: piece, value: piece }
        : { type: "Literal", pos, end, text: piece, value: piece },
    );
}

function spell(text: string): readonly string[] | undefined {
  const inner = /^\{([\w.,/:@%+={}*?-]*)\}$/.exec(text)?.[1];
  if (inner === undefined) return undefined;
  const range = /^(-?\d+)\.\.(-?\d+)$/.exec(inner);
  if (range !== null) return spellRange(Number(range[1]), Number(range[2]));
  const letters = /^([a-zA-Z])\.\.([a-zA-Z])$/.exec(inner);
  if (letters !== null) {
    const codes = spellRange(letters[1]?.codePointAt(0) ?? 0, letters[2]?.codePointAt(0) ?? 0);
    return codes?.map((code) => String.fromCodePoint(Number(code)));
  }
  const choices = splitChoices(inner);
  if (choices === undefined || choices.length < 2) return undefined;
  const spelled = choices.map(spellNested);
  return spelled.some((texts) => texts === undefined)
    ? undefined
    : spelled.flatMap((texts) => texts ?? []);
}

function spellRange(first: number, last: number): readonly string[] | undefined {
  const count = Math.abs(last - first) + 1;
  if (count > MAX_WORDS) return undefined;
  const step = first <= last ? 1 : -1;
  return Array.from({ length: count }, (_, index) => String(first + index * step));
}

/** The choices of the outermost brace. */
function splitChoices(inner: string): readonly string[] | undefined {
  const choices = [""];
  let depth = 0;
  for (const character of inner) {
    if (character === "{") depth++;
    if (character === "}") depth--;
    if (depth < 0) return undefined;
    if (character === "," && depth === 0) choices.push("");
    else choices.push(`${choices.pop()}${character}`);
  }
  return depth === 0 ? choices : undefined;
}

/** A choice with braces in it: `src/{a,b}`. One nested brace is spelled out, more are not. */
function spellNested(choice: string): readonly string[] | undefined {
  if (!/[{}]/.test(choice)) return [choice];
  const parts = /^([^{}]*)(\{.*\})([^{}]*)$/.exec(choice);
  const texts = parts === null ? undefined : spell(parts[2] ?? "");
  return texts?.map((text) => `${parts?.[1]}${text}${parts?.[3]}`);
}
