/** What a program's judge gets to know, and the few judges that all families share. */
import { type Causes, high, none, type PathUse } from "./assessment.ts";
import type { Looks } from "./inside.ts";
import type { Arg, Made } from "./words.ts";

/** Where a command stands and what it may ask. All folders are real paths. */
export interface Scene {
  readonly root: string;
  /** Every folder that it may stand in by then. */
  readonly folders: readonly string[];
  readonly looks: Looks;
  /** The bodies of the project's package scripts, where they are known. */
  readonly scripts: Readonly<Record<string, string>> | undefined;
  /** Files that the same command line has written so far. */
  readonly written: Set<string>;
  /** What comes in by stdin: the end of a pipe, or a text that is known. */
  readonly stdin: Made | { readonly text: string } | "none";
  /** Each file that the command names. */
  readonly uses: PathUse[];
  /** The risk of another command, started by this one in `folders`. */
  run(args: readonly Arg[], folders?: readonly string[]): Causes;
  /** The risk of a text that a shell is given. */
  runText(text: Arg): Causes;
  /** Keeps another way to say this command, for the rules. */
  alias(args: readonly Arg[]): void;
}

export interface Call {
  readonly name: string;
  readonly args: readonly Arg[];
  readonly scene: Scene;
}

export type Judge = (call: Call) => Causes;

export type Table = Readonly<Record<string, Judge>>;

/** The same judge for several names. */
export function each(names: string, judge: Judge): Table {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, judge]));
}

export const harmless: Judge = () => none;

/** Whatever its arguments are, it needs a person. */
export function refused(kind: Parameters<typeof high>[0], why: string): Judge {
  return ({ name }) => high(kind, `${name} ${why}`);
}

export function odd(name: string, what: string): Causes {
  return high("unanalysable", `${name} with ${what}, which is not known to be harmless`);
}

/** Picks a judge by the first operand: `{ "ls list": judge }`. `otherwise` is asked for all others. */
export function bySub(subs: Readonly<Record<string, Judge>>, otherwise: Judge): Judge {
  const table = new Map<string, Judge>();
  for (const [names, judge] of Object.entries(subs)) {
    for (const name of names.split(" ")) table.set(name, judge);
  }
  return (call) => {
    const [sub, ...args] = call.args;
    const judge = sub === undefined || sub.made !== undefined ? undefined : table.get(sub.text);
    if (sub === undefined || judge === undefined) return otherwise(call);
    return judge({ name: `${call.name} ${sub.text}`, args, scene: call.scene });
  };
}
