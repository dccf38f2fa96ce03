/** What is known at one point of a script: folders, variables, what comes in. Subshells get a copy, made when it is first written to. */
import type { Part } from "./assessment.ts";
import type { Looks } from "./inside.ts";
import type { Output } from "./output.ts";
import type { FunctionNode, SyntaxNode } from "./syntax.ts";
import { type Arg, NUMBER } from "./words.ts";

/** Shared by the whole analysis of one command. */
export interface Tour {
  root: string;
  readonly scripts: Readonly<Record<string, string>> | undefined;
  readonly looks: Looks;
  readonly written: Set<string>;
  /** Where it may have changed to, and where it has if no change failed. */
  readonly visited: Set<string>;
  readonly meant: Set<string>;
  readonly parts: Part[];
  readonly functions: Map<string, { readonly node: FunctionNode; certain: boolean }>;
  /** Where they are asked for: the pieces of syntax that are HIGH, each with its reasons. */
  readonly dangers?: Map<SyntaxNode, Set<string>> | undefined;
  /** Pieces of syntax that may still be looked at. */
  steps: number;
  /** Whether bash may print every command with its values, as `set -x` says. */
  traced: boolean;
  complete: boolean;
}

export interface Positional {
  args: readonly (readonly Arg[])[] | undefined;
}

export interface State {
  folders: readonly string[];
  /** Where the newest `cd` leads if it succeeds. */
  arrived: readonly string[];
  /** Where it stands if no change of folder failed. */
  meant: readonly string[];
  variables: Map<string, readonly Arg[]>;
  /** Whether `variables` belongs to this state alone. */
  owned: boolean;
  readonly depth: number;
  readonly inLoop: boolean;
  /** Whether this part may be left out, so that what it sets is not certain. */
  readonly conditional: boolean;
  /** Whether this part runs in a shell of its own. */
  readonly forked: boolean;
  readonly stdin: Output | "none";
  /** Functions that are running. */
  readonly calls: readonly string[];
  /** `$1` and what follows, shared by all parts of one shell or function; without `args`, nothing is known of them. */
  readonly positional: Positional;
}

export const ANYTHING: readonly Arg[] = [{ text: "", glob: false, made: "any" }];
const MAX_KEPT = 64;

export function startState(root: string): State {
  return {
    folders: [root],
    arrived: [root],
    meant: [root],
    variables: new Map(),
    owned: true,
    depth: 0,
    inLoop: false,
    conditional: false,
    forked: false,
    stdin: "none",
    calls: [],
    positional: { args: undefined },
  };
}

/** The state of a subshell, a part of a pipe or a substitution. */
export function fork(state: State, more: Partial<State> = {}): State {
  state.owned = false;
  const positional = { ...state.positional };
  return { ...state, owned: false, forked: true, inLoop: false, positional, ...more };
}

/** The state of a nested script. */
export function deeper(state: State): State {
  return fork(state, { depth: state.depth + 1, stdin: state.stdin });
}

export function setVariable(state: State, name: string, values: readonly Arg[]): void {
  if (!state.owned) {
    state.variables = new Map(state.variables);
    state.owned = true;
  }
  state.variables.set(name, values.length > MAX_KEPT ? ANYTHING : values);
}

/** Walks a part that may not run: what it sets is afterwards one of several possibilities. */
export function branch<Result>(state: State, walk: (inner: State) => Result): Result {
  state.owned = false;
  const inner: State = { ...state, owned: false, conditional: true };
  const result = walk(inner);
  merge(state, inner);
  return result;
}

/** After either of two states: what differs may be what it was in both. */
export function merge(state: State, other: State): void {
  state.folders = union(state.folders, other.folders);
  state.meant = union(state.meant, other.meant);
  if (other.variables === state.variables) return;
  for (const [name, values] of other.variables) {
    const before = state.variables.get(name);
    if (before !== values) setVariable(state, name, either(before ?? ANYTHING, values));
  }
}

function either(a: readonly Arg[], b: readonly Arg[]): readonly Arg[] {
  return a.every((value) => value === NUMBER) && b.every((value) => value === NUMBER)
    ? b
    : [...new Set([...a, ...b])];
}

export function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return a === b ? a : [...new Set([...a, ...b])];
}
