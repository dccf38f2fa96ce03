/** What bash makes of one word, as far as it can be known before it runs. The only text that counts is the cooked one. */
import type { ParsedScript, Word, WordPart } from "unbash";

/** One argument. `glob`: unquoted wildcards, the text is a pattern. */
export interface Literal {
  readonly text: string;
  readonly glob: boolean;
}

/**
 * `known`: one of these arguments, whichever comes. `unknown`: a value known only when it runs, made by `scripts` (each to be
 * judged for itself); it may stand only where no value can do harm. `bad`: not to be analysed.
 */
export type Cooked =
  | { readonly kind: "known"; readonly values: readonly Literal[] }
  | { readonly kind: "unknown"; readonly text: string; readonly scripts: readonly ParsedScript[] }
  | { readonly kind: "bad"; readonly why: string };

/** Values of the variables that the command line itself has set. */
export type Variables = ReadonlyMap<string, readonly Literal[] | "unknown">;

const MAX_VALUES = 200;
const HARMLESS_VARIABLES = new Set(["PWD", "HOME", "USER", "LOGNAME", "SHELL", "?", "#", "$"]);

export function cook(word: Word, variables: Variables): Cooked {
  if (word.text.startsWith("~")) return bad(`${word.text} leads to a home folder`);
  if (word.parts === undefined) return cookPlain(word);
  return cookParts(word.parts, { text: word.text, quoted: false, variables });
}

/** The one fixed text of a word, or undefined: for command names, redirection targets and the like. */
export function fixed(word: Word, variables: Variables): string | undefined {
  const cooked = cook(word, variables);
  if (cooked.kind !== "known" || cooked.values.length !== 1) return undefined;
  const only = cooked.values[0];
  return only === undefined || only.glob ? undefined : only.text;
}

function cookPlain(word: Word): Cooked {
  // A word without parts is plain text with backslashes at most; anything else is a case the parser did not see.
  const bare = word.text.replaceAll(/\\[^]/g, "");
  if (/["'`$*?\\]/.test(bare)) return bad(`${word.text} can't be read`);
  return known([{ text: word.value, glob: false }]);
}

interface Setting {
  /** The whole text, for messages. */
  readonly text: string;
  readonly quoted: boolean;
  readonly variables: Variables;
}

function cookParts(parts: readonly WordPart[], setting: Setting): Cooked {
  let values: readonly Literal[] = [{ text: "", glob: false }];
  const scripts: ParsedScript[] = [];
  let unknown = false;
  for (const part of parts) {
    const cooked = cookPart(part, setting);
    if (cooked.kind === "bad") return cooked;
    if (cooked.kind === "unknown") {
      unknown = true;
      scripts.push(...cooked.scripts);
      continue;
    }
    values = values.flatMap((head) =>
      cooked.values.map((tail) => ({ text: head.text + tail.text, glob: head.glob || tail.glob })),
    );
    if (values.length > MAX_VALUES) return bad(`${setting.text} has too many values to look at`);
  }
  return unknown ? { kind: "unknown", text: setting.text, scripts } : known(values);
}

function cookPart(part: WordPart, setting: Setting): Cooked {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
    case "AnsiCQuoted":
      return known([{ text: part.value, glob: false }]);
    case "Glob":
      if (/[$`"'\\]/.test(part.text)) return bad(`${part.text} can't be analysed`);
      return known([{ text: part.text, glob: true }]);
    case "DoubleQuoted":
      return cookParts(part.parts, { ...setting, quoted: true });
    case "SimpleExpansion":
    case "ParameterExpansion":
      return cookVariable(part, setting);
    case "CommandExpansion":
    case "ArithmeticExpansion":
      return cookExpansion(part);
    case "ProcessSubstitution":
      return bad(`${part.text} is a process substitution`);
    case "BraceExpansion":
    case "ExtendedGlob":
    case "LocaleString":
      return bad(`${part.text} can't be analysed`);
  }
}

type VariablePart = Extract<WordPart, { type: "SimpleExpansion" | "ParameterExpansion" }>;

function cookVariable(part: VariablePart, { quoted, variables }: Setting): Cooked {
  const name = variableName(part);
  if (name === undefined) return bad(`${part.text} can't be analysed`);
  const values = variables.get(name);
  if (values === undefined && !HARMLESS_VARIABLES.has(name)) {
    return bad(`uses the variable ${part.text}`);
  }
  // Unquoted, bash splits a value at white space and expands wildcards in it.
  const kept = (value: Literal) => quoted || (value.text !== "" && !/[\s*?[\\]/.test(value.text));
  if (values === undefined || values === "unknown" || !values.every(kept)) {
    return { kind: "unknown", text: part.text, scripts: [] };
  }
  return known(values);
}

function variableName(part: VariablePart): string | undefined {
  if (part.type === "SimpleExpansion") return part.text.slice(1);
  const plain =
    part.prefix === undefined && part.index === undefined && part.operation === undefined;
  return plain && part.text === `\${${part.parameter}}` ? part.parameter : undefined;
}

function cookExpansion(
  part: Extract<WordPart, { type: "CommandExpansion" | "ArithmeticExpansion" }>,
): Cooked {
  if (part.type === "ArithmeticExpansion") {
    // Names and quotes in arithmetic are evaluated again; numbers are not.
    if (/^\$\(\([\d\s+*/%()-]*\)\)$/.test(part.text)) {
      return { kind: "unknown", text: part.text, scripts: [] };
    }
    return bad(`${part.text} is arithmetic that can't be analysed`);
  }
  if (part.script === undefined) return bad(`${part.text} can't be parsed`);
  return { kind: "unknown", text: part.text, scripts: [part.script] };
}

function known(values: readonly Literal[]): Cooked {
  return { kind: "known", values };
}

function bad(why: string): Cooked {
  return { kind: "bad", why };
}
