/** Whether a rule concerns a call. For deny and ask what may be meant counts as meant; an allow rule is taken at its word. */
import { matchesGlob } from "node:path";
import type { Rule } from "../permissions.ts";
import type { Assessment, Part, PathUse } from "./assessment.ts";

/** What a call is about, as far as rules and grants have to know it. */
export interface CallTarget {
  /** That of a tool that runs commands. */
  readonly command?: string;
  /** A file or folder relative to the checkout: where it really is, and as it was written. */
  readonly file?: PathUse & { readonly written: string };
  readonly url?: string;
}

export interface RuledCall extends CallTarget {
  readonly tool: string;
  readonly assessment: Assessment;
}

const RUNS_COMMANDS = new Set(["Bash", "Terminal"]);

/** Whether a deny or ask rule concerns any part of a call: what may be meant counts as meant. */
export function touches(rule: Rule, call: RuledCall): boolean {
  if (RUNS_COMMANDS.has(call.tool)) {
    if (rule.tool === call.tool || rule.tool === "Bash") return touchesCommand(rule.pattern, call);
    // A rule about files holds for the files that a command names, too.
    return partsOf(call).some((part) => part.uses.some((use) => touchesUse(rule, use)));
  }
  if (!isKindOf(rule.tool, call.tool)) return false;
  if (rule.pattern === null) return true;
  if (rule.tool === "WebFetch") return isOfDomain(rule.pattern, call.url);
  return namesOf(call).some((path) => matchesPath(rule.pattern ?? "", path));
}

/** Whether an allow rule covers a call of a tool that runs no commands: every name of its file has to match. */
export function allowsCall(rule: Rule, call: RuledCall): boolean {
  if (!isKindOf(rule.tool, call.tool)) return false;
  if (rule.pattern === null) return true;
  if (rule.tool === "WebFetch") return isOfDomain(rule.pattern, call.url);
  const names = namesOf(call);
  return names.length > 0 && names.every((path) => matchesPath(rule.pattern ?? "", path));
}

export function partsOf({ assessment }: RuledCall): readonly Part[] {
  return assessment.parts ?? [];
}

function namesOf({ file }: RuledCall): readonly string[] {
  return file === undefined ? [] : [file.path, file.written];
}

/** A rule for Edit is one for Write, too, and one for Read holds for what Grep reads. */
function isKindOf(rule: string, tool: string): boolean {
  return rule === tool || (isEdit(rule) && isEdit(tool)) || (rule === "Read" && tool === "Grep");
}

function isEdit(tool: string): boolean {
  return tool === "Edit" || tool === "Write";
}

function touchesUse({ tool, pattern }: Rule, { path, access }: PathUse): boolean {
  if (pattern === null) return false;
  if (access !== "write") return access === "read" && tool === "Read" && matchesPath(pattern, path);
  return isEdit(tool) && (matchesPath(pattern, path) || isAbove(path, pattern));
}

/** Whether the pattern's files lie below a folder, which may be removed or moved as a whole. */
function isAbove(folder: string, pattern: string): boolean {
  const fixed = /^[^*?[{]*/.exec(pattern.replace(/^\.\//, "").toLowerCase())?.[0] ?? "";
  return folder === "." || fixed.startsWith(`${folder.toLowerCase()}/`);
}

function touchesCommand(pattern: string | null, call: RuledCall): boolean {
  if (pattern === null) return true;
  const isNamed = partsOf(call).some((part) =>
    waysOf(part).some((words) => matchesWords(pattern, words, true)),
  );
  if (isNamed) return true;
  // What could not be taken apart is searched as it stands.
  return call.assessment.complete === false && standsIn(pattern, call.command ?? "");
}

function waysOf(part: Part): readonly (readonly (string | null)[])[] {
  return [part.words, ...part.aliases];
}

/**
 * `npm test:*` is these words and any more; `npm test` these alone; `*` in a pattern is any text. With `loosely`, a word that is
 * known only when it runs may be any.
 */
export function matchesWords(
  pattern: string,
  words: readonly (string | null)[],
  loosely: boolean,
): boolean {
  // A command word that is known only when it runs is asked about anyway.
  if (words[0] === null || words[0] === undefined) return false;
  const open = pattern.endsWith(":*");
  const bare = open ? pattern.slice(0, -2) : pattern;
  if (bare.includes("*")) return matchesText(bare, words, { open, loosely });
  const wanted = bare.split(/\s+/).filter((word) => word !== "");
  if (!open && wanted.length !== words.length && !(loosely && words.includes(null))) return false;
  return wanted.every((want, at) => {
    const word = words[at];
    return (
      word === want ||
      (loosely && word === null) ||
      (loosely && word === undefined && words.includes(null))
    );
  });
}

function matchesText(
  pattern: string,
  words: readonly (string | null)[],
  { open, loosely }: { open: boolean; loosely: boolean },
): boolean {
  if (!loosely && words.includes(null)) return false;
  const unknown = words.indexOf(null);
  const text = (unknown < 0 ? words : words.slice(0, unknown)).join(" ");
  const pieces = pattern.split("*");
  if (unknown >= 0) {
    const [head = ""] = pieces;
    return text.startsWith(head.trim()) || head.startsWith(text);
  }
  return startsWithPieces(text, pieces, open);
}

/** Piece after piece from the left, so that no pattern takes long. */
function startsWithPieces(text: string, pieces: readonly string[], open: boolean): boolean {
  const [head = "", ...rest] = pieces;
  if (!text.startsWith(head)) return false;
  let at = head.length;
  for (const [index, piece] of rest.entries()) {
    if (index === rest.length - 1 && !open) {
      return text.length - piece.length >= at && text.endsWith(piece);
    }
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
}

function standsIn(pattern: string, command: string): boolean {
  const wanted = pattern
    .replace(/:\*$/, "")
    .split(/[\s*]+/)
    .filter((word) => word !== "");
  let at = 0;
  for (const word of wanted) {
    const found = command.indexOf(word, at);
    if (found < 0) return false;
    at = found + word.length;
  }
  return true;
}

/** Letter case is no way around a rule; a folder stands for what is in it. */
export function matchesPath(pattern: string, path: string): boolean {
  const plain = path.toLowerCase();
  const wanted = pattern.replace(/^\.\//, "").toLowerCase();
  return (
    plain === wanted.replace(/\/\*\*$/, "") ||
    matchesGlob(plain, wanted) ||
    matchesGlob(plain, `${wanted}/**`) ||
    (!wanted.includes("/") && matchesGlob(plain, `**/${wanted}`))
  );
}

function isOfDomain(pattern: string, url: string | undefined): boolean {
  const host = URL.canParse(url ?? "") ? new URL(url ?? "").hostname.toLowerCase() : "";
  const wanted = pattern.slice("domain:".length);
  return wanted.startsWith("*.") ? host.endsWith(wanted.slice(1)) : host === wanted;
}
