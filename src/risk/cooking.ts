/** Cooks words with what is known at one point of the walk, and keeps what is wrong with them. */
import { dirname, join } from "node:path";
import { type Cause, type Causes, high } from "./assessment.ts";
import { isThere, isWithin, type Looks } from "./inside.ts";
import { isCount, type Output, outputOfScript } from "./output.ts";
import { ANYTHING, deeper, type State, type Tour } from "./state.ts";
import type { CompoundList, ParsedScript, Word } from "./syntax.ts";
import { type Arg, type Cooked, cookWord, JOB, NUMBER, type WordSetting } from "./words.ts";

/** The walk, as far as its pieces need it. */
export interface Walker {
  readonly tour: Tour;
  script(script: ParsedScript, state: State): Causes;
  list(list: CompoundList, state: State): Causes;
  callFunction(name: string, state: State, args: readonly (readonly Arg[])[]): Causes;
}

export interface Site {
  readonly state: State;
  readonly walker: Walker;
}

interface Keeping extends Site {
  /** The command that gets the word, where there is one. */
  readonly name: string;
  readonly causes: Cause[];
}

const TESTS = new Set(["test", "[", ":", "true", "false"]);

/** The values of a word; what is wrong with it goes to `causes`, with what the scripts in it do. */
export function keepWord(cooked: Cooked, { name, causes, state, walker }: Keeping): readonly Arg[] {
  if (cooked.bad !== undefined) {
    causes.push(...high("unanalysable", `${name === "" ? "" : `${name}: `}${cooked.bad}`));
  }
  if (cooked.secret !== undefined && (walker.tour.traced || !TESTS.has(name))) {
    causes.push(...high("secret", `${name} gets ${cooked.secret}`.trim()));
  }
  for (const script of cooked.scripts) add(causes, walker.script(script, deeper(state)));
  return cooked.values.length === 0 ? ANYTHING : cooked.values;
}

/** `push(...list)` with a long list overflows the stack. */
export function add(causes: Cause[], more: Causes): void {
  for (const cause of more) causes.push(cause);
}

export function settingOf(state: State, walker: Walker): WordSetting {
  return {
    variable: (name) => {
      if (/^[1-9]$/.test(name)) return state.positional.args?.[Number(name) - 1];
      if (name === "PWD" && !state.variables.has(name)) {
        return state.folders.map((text) => ({ text, glob: false }));
      }
      return state.variables.get(name);
    },
    outputOf: (script) => {
      const text = plainTextOf(state, walker);
      if (isCount(script, text)) return [NUMBER];
      return toArgs(outputOfScript(script, text), script, { state, walker });
    },
  };
}

/** Some substitutions have a value that is known: `$(pwd)`, `$(echo x)`. */
function toArgs(
  output: Output,
  script: ParsedScript,
  { state, walker: { tour } }: Site,
): ReturnType<WordSetting["outputOf"]> {
  const [only, ...more] = script.commands;
  const command = only?.command;
  if (
    more.length === 0 &&
    command?.type === "Command" &&
    command.args.every((arg) => arg.type === "Word")
  ) {
    const text = [command.name?.text, ...command.args.map((arg) => arg.text)].join(" ");
    if (text === "pwd" || text === "pwd -P")
      return state.folders.map((folder) => ({ text: folder, glob: false }));
    if (text === "jobs -p") return [JOB];
    if (text === "git rev-parse --show-toplevel") return [topOf(state, tour)];
  }
  if (typeof output === "string") return output;
  return [{ text: output.text.replace(/\n+$/, ""), glob: false }];
}

/** The checkout, where no other repository is found first. A checkout is one even where its `.git` is not there to be seen. */
function topOf({ folders }: State, { root, looks }: Tour): Arg {
  const isTop = folders.every((folder) => {
    let at = folder;
    while (at !== root && isWithin(root, at) && !isThere(join(at, ".git"), looks)) at = dirname(at);
    return at === root;
  });
  return isTop && !isWithinAnother(root, looks)
    ? { text: root, glob: false }
    : { text: folders[0] ?? ".", glob: false, made: "any" };
}

function isWithinAnother(root: string, looks: Looks): boolean {
  let at = root;
  while (!isThere(join(at, ".git"), looks)) {
    if (at === dirname(at)) return false;
    at = dirname(at);
  }
  return at !== root;
}

/** Texts for `outputOf`: a name that is a function of the script tells nothing about what it prints. */
export function plainTextOf(state: State, walker: Walker): (word: Word) => string | undefined {
  return (word) => {
    const text = textOf(word, state, walker);
    return text !== undefined && walker.tour.functions.has(text) ? undefined : text;
  };
}

export function textOf(word: Word, state: State, walker: Walker): string | undefined {
  const cooked = cookWord(word, settingOf(state, walker));
  const [only] = cooked;
  if (only === undefined || cooked.length > 1 || only.bad !== undefined || only.values.length !== 1)
    return undefined;
  const value = only.values[0];
  return value === undefined || value.made === "any" || value.made === "stream"
    ? undefined
    : value.text;
}

/** A word that is one argument, with the risk of the scripts in it. */
export function cookWhole(word: Word, { state, walker }: Site): { cooked: Cooked; causes: Causes } {
  const causes: Cause[] = [];
  const all = cookWord(word, settingOf(state, walker));
  const [only] = all;
  if (only === undefined || all.length > 1) {
    return {
      cooked: { values: ANYTHING, scripts: [] },
      causes: high("unanalysable", `${word.text} is more than one word`),
    };
  }
  const values = keepWord(only, { name: "", causes, state, walker });
  return { cooked: { ...only, values }, causes };
}
