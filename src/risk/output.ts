/** What a command prints, as far as its kind is known: a fixed text, numbers and names, paths of the checkout, or anything. */
import { namesSecrets } from "./paths.ts";
import type { CommandNode, ParsedScript, Pipeline, Word } from "./syntax.ts";
import type { Made } from "./words.ts";

type TextOf = (word: Word) => string | undefined;

export type Output = Made | { readonly text: string };

/** `textOf` gives the fixed text of a word, or undefined. */
export function outputOfScript(script: ParsedScript, textOf: TextOf): Output {
  const [only, ...more] = script.commands;
  if (only === undefined || more.length > 0 || only.background === true) return "any";
  const { command } = only;
  return command.type === "AndOr" ? "any" : outputOf(command, textOf);
}

export function outputOf(node: CommandNode | Pipeline, textOf: TextOf): Output {
  if (node.type === "Pipeline") {
    const [first, ...filters] = node.commands;
    if (first === undefined) return "any";
    let output = outputOf(first, textOf);
    for (const filter of filters) output = throughFilter(output, filter, textOf);
    return output;
  }
  const words = wordsOf(node, textOf);
  return words === undefined ? "any" : outputOfWords(words);
}

/** What comes out of a pipe's next command. */
export function throughFilter(input: Output, node: CommandNode, textOf: TextOf): Output {
  const words = wordsOf(node, textOf);
  const name = words?.[0];
  if (words === undefined || name === undefined) return "any";
  const made = outputOfWords(words);
  if (made === "token" || name === "xargs") return name === "xargs" ? "any" : made;
  if (name === "grep" && asksForSecrets(words.slice(1))) return "any";
  const keeps =
    /^(head|tail|sort|uniq|grep|cat)$/.test(name) ||
    (input === "token" &&
      (name === "cut" ||
        (name === "tr" && words[1] === "-d") ||
        (name === "awk" && /^\{ ?print \$\d+ ?\}$/.test(words[1] ?? "")))) ||
    (name === "tr" && words[1] === "-d");
  if (!keeps) return made === "path" ? "path" : "any";
  return typeof input === "object" ? "any" : input;
}

/** Whether a script prints one number and nothing else, so that arithmetic may use it. */
export function isCount(script: ParsedScript, textOf: TextOf): boolean {
  const [only, ...more] = script.commands;
  if (only === undefined || more.length > 0 || only.background === true) return false;
  const node = only.command.type === "Pipeline" ? only.command.commands.at(-1) : only.command;
  // Looked at by its bare name first: what else is nested here is cooked once already.
  if (node?.type !== "Command" || !/^(wc|nproc|date|git)$/.test(node.name?.text ?? ""))
    return false;
  const [name = "", ...args] = wordsOf(node, textOf) ?? [];
  const text = args.join(" ");
  switch (name) {
    case "wc":
      return /^-[lwcm]$/.test(text);
    case "nproc":
      return text === "";
    case "date":
      return text === "+%s";
    case "git":
      return /^rev-list --count [\w./^~-]+$/.test(text);
    default:
      return false;
  }
}

function wordsOf(node: CommandNode | Pipeline, textOf: TextOf): readonly string[] | undefined {
  if (node.type !== "Command" || node.name === undefined || node.prefix.length > 0)
    return undefined;
  const name = textOf(node.name);
  if (name === undefined) return undefined;
  const words = [name];
  for (const word of node.args)
    words.push((word.type === "Word" ? textOf(word) : undefined) ?? "\0");
  return words;
}

function outputOfWords(words: readonly string[]): Output {
  const [name = "", ...args] = words;
  if (name === "echo" || name === "printf") return outputOfEcho(name, args);
  if (isToken(name, args)) return "token";
  if (asksForSecrets(args)) return "any";
  return listsPaths(name, args) &&
    !args.some((arg) => arg === "\0" || /^[/~]|(^|\/)\.\.(\/|$)/.test(arg))
    ? "path"
    : "any";
}

/** A list of secrets is no list of plain files; `-not -name .env` is none. */
function asksForSecrets(args: readonly string[]): boolean {
  return args.some(
    (arg, at) =>
      namesSecrets(arg) && !/^(!|-not)$/.test(args[at - 2] ?? "") && !args.includes("-v"),
  );
}

function outputOfEcho(name: string, args: readonly string[]): Output {
  const words = /^-[n]$/.test(args[0] ?? "") ? args.slice(1) : args;
  if (words.some((word) => word.includes("\0") || word.includes("\\") || /^-[eE]/.test(word)))
    return "any";
  if (name === "printf" && (words.length > 1 || words[0]?.includes("%") === true)) {
    return /^%s(\n)?$/.test(words[0] ?? "") && words.length === 2
      ? { text: words[1] ?? "" }
      : "any";
  }
  return { text: words.join(" ") };
}

const TOKENS = new Set(
  "wc nproc date seq expr id whoami hostname uname arch tty getconf pgrep pidof cksum".split(" "),
);
const GIT_TOKENS = /^(rev-parse|merge-base|describe|rev-list|tag)$/;

function isToken(name: string, args: readonly string[]): boolean {
  const text = args.join(" ");
  if (TOKENS.has(name)) return name !== "wc" || !/\0/.test(text);
  if (name === "git") {
    if (GIT_TOKENS.test(args[0] ?? ""))
      return (
        !/show-|git-dir|git-path|--sq|toplevel|prefix|cdup|--parseopt|--format|-n/.test(text) ||
        /^rev-list -n ?1/.test(text)
      );
    // git refuses names of branches with white space, wildcards or a dash in front.
    return /^branch --show-current$|^(branch|for-each-ref)( --(sort|merged|no-merged)(=[\w-]+)?)* --format=%\(refname:short\)( --(sort|merged|no-merged)(=[\w-]+)?)*( refs\/(heads|tags|remotes)(\/[\w/]+)?)?$|^log( -\d+| -n ?\d+| --(no-merges|first-parent|reverse|all))*( --(format|pretty)=(format:)?%(h|H|ct|cI|as|cs))( -\d+| -n ?\d+)?( [\w./~^-]+)?$|^symbolic-ref --short HEAD$/.test(
      text,
    );
  }
  if (/^(grep|rg)$/.test(name))
    return (
      args.some((arg) => /^-[a-zA-Z]*c$|^--count$/.test(arg)) &&
      !args.some((arg) => /^-\w*[rR]/.test(arg))
    );
  if (name === "lsof") return /^-t?i?t/.test(args[0] ?? "");
  return (
    args.length === 1 &&
    /^(-v|--version)$/.test(args[0] ?? "") &&
    /^(node|npm|yarn|pnpm|python3?|go|cargo|rustc)$/.test(name)
  );
}

function listsPaths(name: string, args: readonly string[]): boolean {
  const has = (pattern: RegExp) => args.some((arg) => pattern.test(arg));
  switch (name) {
    case "git":
      return (
        args[0] === "ls-files" ||
        (/^(diff|show|grep|diff-tree|ls-tree|log)$/.test(args[0] ?? "") &&
          has(/^(--name-only|-l|--files-with-matches)$/))
      );
    case "find":
      return !has(/^-(printf|exec|execdir|ok|okdir|fprint.*|ls)$/);
    case "fd":
    case "fdfind":
      return !has(/^(-x|-X|-l|-a|--exec.*|--format.*)/);
    case "ls":
      return !has(/^-\w*[lgosin]/);
    case "rg":
      return has(/^(-l|--files|--files-with-matches|--files-without-match)$/);
    case "grep":
    case "egrep":
      return has(/^-[a-zA-Z]*[lL]|^--files-with/);
    case "basename":
      return true;
    default:
      return false;
  }
}
