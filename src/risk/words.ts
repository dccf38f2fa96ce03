/** What bash makes of one word, as far as it can be known before it runs. The only text that counts is the cooked one. */
import { homedir } from "node:os";
import { spellBraces } from "./braces.ts";
import { namesInArithmetic, type ParsedScript, type Word, type WordPart } from "./syntax.ts";

/**
 * One argument. What is made when it runs is `token` (a number, hash or name without white space or wildcards), `path` (a file
 * below where the command stands, listed by another command), `stream` (what another command prints, as a file), or `any`:
 * then `text` is only how it begins.
 */
export interface Arg {
  readonly text: string;
  /** Unquoted wildcards: the text is a pattern. */
  readonly glob: boolean;
  readonly made?: Made;
}

export type Made = "token" | "path" | "stream" | "any";

/** One of `values` stands there, whichever it is; `scripts` run to make it. `bad` must not be analysed; `secret` must not be shown. */
export interface Cooked {
  readonly values: readonly Arg[];
  readonly scripts: readonly ParsedScript[];
  readonly bad?: string;
  readonly secret?: string;
}

export interface WordSetting {
  variable(name: string): readonly Arg[] | undefined;
  /** What a substitution prints. */
  outputOf(script: ParsedScript): Made | readonly Arg[];
  /** Which values a pattern that is looped over may have. */
  readonly quoted?: boolean;
}

const MAX_VALUES = 256;

/** A word is several arguments where it holds braces. */
export function cookWord(word: Word, setting: WordSetting): readonly Cooked[] {
  if (word.parts === undefined) return [cookPlain(word)];
  if (!word.parts.some((part) => part.type === "BraceExpansion")) {
    return [cookTilde(word.parts, word, setting)];
  }
  const spelled = spellBraces(word.parts);
  if (spelled === undefined) return [bad(`${word.text} has braces that can't be analysed`)];
  return spelled.map((parts) => cookTilde(parts, word, setting));
}

function cookTilde(parts: readonly WordPart[], word: Word, setting: WordSetting): Cooked {
  const [first] = parts;
  if (first?.type !== "Literal" || !first.text.startsWith("~")) {
    return cookParts(parts, word.text, setting);
  }
  const home = expandHome(first.text);
  if (home === undefined) return bad(`${word.text} leads to somebody's home folder`);
  return cookParts([{ ...first, text: home, value: home }, ...parts.slice(1)], word.text, setting);
}

function expandHome(text: string): string | undefined {
  return text === "~" || text.startsWith("~/") ? homedir() + text.slice(1) : undefined;
}

/** A word without parts is plain text with backslashes at most; anything else is a case the parser did not see. */
function cookPlain(word: Word): Cooked {
  if (!/["'`$*?\\~]/.test(word.text)) return known(word.value);
  // A dollar at the very end is only a dollar.
  const bare = word.text.replaceAll(/\\[^]/g, "").replace(/\$$/, "");
  if (/["'`$*?\\]/.test(bare)) return bad(`${word.text} can't be read`);
  if (!word.text.startsWith("~")) return known(word.value);
  const home = expandHome(word.text);
  return home === undefined ? bad(`${word.text} leads to somebody's home folder`) : known(home);
}

function cookParts(parts: readonly WordPart[], text: string, setting: WordSetting): Cooked {
  let values: readonly Arg[] = [{ text: "", glob: false }];
  const scripts: ParsedScript[] = [];
  let secret: string | undefined;
  for (const part of parts) {
    const cooked = cookPart(part, text, setting);
    if (cooked.bad !== undefined) return cooked;
    scripts.push(...cooked.scripts);
    secret ??= cooked.secret;
    values = values.flatMap((head) => cooked.values.map((tail) => join(head, tail)));
    if (values.length > MAX_VALUES) return bad(`${text} has too many values to look at`);
  }
  return { values, scripts, ...(secret === undefined ? {} : { secret }) };
}

function join(head: Arg, tail: Arg): Arg {
  if (head.made === "any") return head;
  if (head.text === "" && !head.glob && head.made === undefined) return tail;
  const glob = head.glob || tail.glob;
  const text = head.text + tail.text;
  if (tail.made === "any") return { text: head.text, glob, made: "any" };
  if (tail.made === "path" && /(^|[^.\w/]|\.\.)\/$|^\/|\.$/.test(head.text) && head.text !== "./") {
    return { text: head.text, glob, made: "any" };
  }
  if (head.made === "path" && tail.text.includes("..")) return { text: "", glob, made: "any" };
  const made =
    tail.made === "path" || tail.made === "stream" ? tail.made : (head.made ?? tail.made);
  return made === undefined ? { text, glob } : { text, glob, made };
}

function cookPart(part: WordPart, text: string, setting: WordSetting): Cooked {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
    case "AnsiCQuoted":
      return known(part.value);
    case "Glob":
      if (/[$`"'\\]/.test(part.text)) return bad(`${part.text} can't be analysed`);
      return { values: [{ text: part.text, glob: true }], scripts: [] };
    case "DoubleQuoted":
      return cookParts(part.parts, text, { ...setting, quoted: true });
    case "SimpleExpansion":
      return fit(cookVariable(part.text.slice(1), setting), setting);
    case "ParameterExpansion":
      return fit(cookParameter(part, setting), setting);
    case "CommandExpansion":
      return fit(cookCommand(part.script, part.text, setting), setting);
    case "ArithmeticExpansion":
      return cookArithmetic(part.text, setting);
    case "ProcessSubstitution":
      if (part.script === undefined) return bad(`${part.text} can't be parsed`);
      return {
        values: [
          { text: "/dev/fd/63", glob: false, made: part.operator === "<" ? "stream" : "any" },
        ],
        scripts: [part.script],
      };
    case "BraceExpansion":
    case "ExtendedGlob":
    case "LocaleString":
      return bad(`${part.text} can't be analysed`);
  }
}

/** Unquoted, bash splits a value at white space and expands wildcards in it. */
function fit(cooked: Cooked, { quoted }: WordSetting): Cooked {
  if (quoted === true) return cooked;
  const values = cooked.values.map((value) =>
    value.glob || (value.made === undefined && (value.text === "" || /[\s*?[\\]/.test(value.text)))
      ? ANY
      : value,
  );
  return { ...cooked, values };
}

const ANY: Arg = { text: "", glob: false, made: "any" };
/** The value of arithmetic. Only this very object counts as a number that arithmetic may use again. */
export const NUMBER: Arg = { text: "1", glob: false, made: "token" };
/** The process of a job that the command itself started, written as `kill` takes it. */
export const JOB: Arg = { text: "%", glob: false, made: "token" };
const TOKEN: Arg = { text: "x", glob: false, made: "token" };

/** Set by the person's shell or by bash itself, and harmless to show. */
const PLAIN_VARIABLES =
  /^(_|USER|LOGNAME|SHELL|HOSTNAME|LANG|LC_\w+|TERM|CI|NODE_ENV|BASH_VERSION|OSTYPE|HOSTTYPE|TZ|PORT|DEBUG|VERBOSE)$/;
const NUMERIC_VARIABLES =
  /^([?#$!]|RANDOM|SECONDS|LINENO|COLUMNS|LINES|EPOCHSECONDS|UID|EUID|PPID|BASHPID|SHLVL)$/;
const SECRET_VARIABLE =
  /TOKEN|SECRET|KEY|PASS|PWD$|CRED|AUTH|PRIVATE|COOKIE|SESSION|SIGN|CERT|DSN|_UR[LI]$|CONN|HOOK|LICENSE|SALT|JWT|API|ACCESS|AWS_|GITHUB_|GITLAB_|NPM_|AZURE_|GCP_|GOOGLE_|ANTHROPIC|OPENAI|SSH_/i;

function cookVariable(name: string, setting: WordSetting): Cooked {
  const values = setting.variable(name);
  if (values !== undefined) return { values, scripts: [] };
  if (name === "HOME") return known(homedir());
  if (name === "!") return { values: [JOB], scripts: [] };
  if (NUMERIC_VARIABLES.test(name)) return { values: [NUMBER], scripts: [] };
  if (PLAIN_VARIABLES.test(name)) return { values: [TOKEN], scripts: [] };
  if (/^([@*0-9-]|PATH|PWD|OLDPWD|EDITOR|PAGER|GOPATH|VIRTUAL_ENV|TMPDIR|IFS)$/.test(name)) {
    return { values: [ANY], scripts: [] };
  }
  if (SECRET_VARIABLE.test(name)) {
    return { values: [ANY], scripts: [], secret: `$${name} may hold a secret` };
  }
  return { values: [ANY], scripts: [] };
}

type Parameter = Extract<WordPart, { type: "ParameterExpansion" }>;

function cookParameter(part: Parameter, setting: WordSetting): Cooked {
  const { parameter, prefix, index, operation } = part;
  const strange = bad(`${part.text} can't be analysed`);
  if (!/^([A-Za-z_]\w*|[0-9]+|[@*#?$!-])$/.test(parameter) || prefix === "!") return strange;
  if (index !== undefined && !/^(\d+|@|\*)$/.test(index.text)) return strange;
  const base = cookVariable(parameter, setting);
  if (prefix === "#") return operation === undefined ? { values: [NUMBER], scripts: [] } : strange;
  if (operation === undefined) return base;
  switch (operation.type) {
    case "Default": {
      if (!/^:?[-+?]$/.test(operation.operator)) return strange;
      if (/['"`\\]/.test(operation.operand.text)) return strange;
      const [other, ...more] = cookWord(operation.operand, setting);
      if (other === undefined || more.length > 0 || other.bad !== undefined) return strange;
      const secret = base.secret ?? other.secret;
      return {
        values: [...base.values, ...other.values],
        scripts: other.scripts,
        ...(secret === undefined ? {} : { secret }),
      };
    }
    case "Remove":
      if (!/^[\w.*/?:@=-]*$/.test(operation.operand.text)) return strange;
      return changed(base, (text) => remove(text, operation.operator, operation.operand.text));
    case "Replace":
      if (!/^[\w.*/?:@=, +%#-]*$/.test(operation.pattern.text + operation.replacement.text))
        return strange;
      return changed(base, undefined);
    case "CaseModification":
      return operation.operand === undefined ? changed(base, undefined) : strange;
    case "Slice":
      return /^ ?-?\d+$/.test(operation.offset.text) &&
        (operation.length === undefined || /^ ?-?\d+$/.test(operation.length.text))
        ? changed(base, undefined)
        : strange;
    case "Transform":
    case "Names":
    case "Unknown":
      return strange;
  }
}

function changed(base: Cooked, change: ((text: string) => string | undefined) | undefined): Cooked {
  const values = base.values.map((value) => {
    if (value.made === "token") return value;
    const text = value.made === "any" || value.glob ? undefined : change?.(value.text);
    return text === undefined ? ANY : { ...value, text };
  });
  return { ...base, values };
}

/** `${f%.ts}` and `${f##*\/}`, where the pattern is plain; undefined for all others. */
function remove(text: string, operator: string, pattern: string): string | undefined {
  if (!/[*?]/.test(pattern)) {
    if (operator.startsWith("%"))
      return text.endsWith(pattern) ? text.slice(0, -pattern.length || undefined) : text;
    return text.startsWith(pattern) ? text.slice(pattern.length) : text;
  }
  if (operator === "##" && pattern === "*/") return text.slice(text.lastIndexOf("/") + 1);
  if (operator === "%" && pattern === "/*")
    return text.includes("/") ? text.slice(0, text.lastIndexOf("/")) : text;
  if (operator === "%" && pattern === ".*")
    return text.includes(".") ? text.slice(0, text.lastIndexOf(".")) : text;
  return undefined;
}

function cookCommand(script: ParsedScript | undefined, text: string, setting: WordSetting): Cooked {
  if (script === undefined) return bad(`${text} can't be parsed`);
  const output = setting.outputOf(script);
  if (typeof output !== "string") return { values: output, scripts: [script] };
  const value: Arg =
    output === "any" ? ANY : { text: output === "path" ? "x" : "1", glob: false, made: output };
  return { values: [value], scripts: [script] };
}

/** Names in arithmetic are evaluated again, so each must hold a number. */
function cookArithmetic(text: string, setting: WordSetting): Cooked {
  const names = namesInArithmetic(text.slice(3, -2));
  const odd = names?.find((name) => !isNumeric(name, setting));
  if (!text.startsWith("$((") || names === undefined || odd !== undefined) {
    return bad(`${text} is arithmetic that can't be analysed`);
  }
  return { values: [NUMBER], scripts: [] };
}

/** Whether all that a variable may hold is a number. */
export function isNumeric(name: string, setting: WordSetting): boolean {
  const values = setting.variable(name);
  if (values === undefined) return NUMERIC_VARIABLES.test(name);
  return values.every(
    (value) => value === NUMBER || (value.made === undefined && /^\d+$/.test(value.text)),
  );
}

function known(text: string): Cooked {
  return { values: [{ text, glob: false }], scripts: [] };
}

function bad(why: string): Cooked {
  return { values: [], scripts: [], bad: why };
}
