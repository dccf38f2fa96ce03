/** One simple command: its words cooked, every way they may come out judged, and its parts kept for the rules. */
import { type Cause, type Causes, high, none } from "./assessment.ts";
import { judgeBuiltin } from "./builtins.ts";
import { programName } from "./commands/all.ts";
import {
  add,
  cookWhole,
  keepWord,
  plainTextOf,
  type Site,
  settingOf,
  type Walker,
} from "./cooking.ts";
import type { Output } from "./output.ts";
import { judgeRedirect, type Opener } from "./redirects.ts";
import { newPart, runWords, sceneOf } from "./run-words.ts";
import { ANYTHING, type State, setVariable } from "./state.ts";
import { type Assignment, type Command, isComposed, type Redirection } from "./syntax.ts";
import { assignmentOf, isPlainValue } from "./variables.ts";
import { type Arg, cookWord } from "./words.ts";

const MAX_WAYS = 1024;

export function judgeCommand(command: Command, state: State, walker: Walker): Causes {
  const causes: Cause[] = [];
  let { stdin } = state;
  for (const redirect of command.redirects) {
    const opened = openRedirect(redirect, state, walker);
    add(causes, opened.causes);
    stdin = opened.stdin ?? stdin;
  }
  const here: State = stdin === state.stdin ? state : { ...state, stdin, owned: false };
  if (here !== state) state.owned = false;
  const name = command.name;
  const readsLine = name?.text === "read" || name?.text === "while";
  for (const part of command.prefix) {
    if (part.type !== "Assignment") continue;
    if (part.name === "IFS" && readsLine) continue;
    causes.push(...judgeAssignment(part, { state, walker, alone: name === undefined }));
  }
  if (name === undefined) return causes;
  const [heads, ...spelled] = cookWord(name, settingOf(state, walker));
  const words: (readonly Arg[])[] = [];
  if (heads === undefined || heads.bad !== undefined || isComposed(name)) {
    causes.push(...high("unanalysable", `runs ${name.text}, a command known only when it runs`));
  }
  for (const cooked of [heads, ...spelled])
    if (cooked !== undefined) words.push(keepWord(cooked, { name: "", causes, state, walker }));
  const first = words[0]?.[0]?.text ?? "";
  for (const argument of command.args) {
    if (argument.type === "Assignment") {
      words.push(cookAssignment(argument, causes, { state, walker }));
      continue;
    }
    for (const cooked of cookWord(argument, settingOf(state, walker))) {
      words.push(keepWord(cooked, { name: first, causes, state, walker }));
    }
  }
  add(causes, judgeWords(words, { state: here, own: state, walker }));
  return causes;
}

/** `export A=b`: the word as a program would see it. */
function cookAssignment(part: Assignment, causes: Cause[], site: Site): readonly Arg[] {
  if (part.index !== undefined || part.append === true || part.value.type === "ArrayValue") {
    if (part.value.type !== "ArrayValue" || part.index !== undefined)
      causes.push(...high("unanalysable", `sets ${part.text}, which is not analysed`));
    else
      for (const element of part.value.elements)
        for (const cooked of cookWord(element, settingOf(site.state, site.walker)))
          keepWord(cooked, { ...site, name: part.name, causes });
    return [{ text: `${part.name}=`, glob: false, made: "any" }];
  }
  const [cooked] = cookWord(part.value, settingOf(site.state, site.walker));
  if (cooked === undefined) return ANYTHING;
  return keepWord(cooked, { ...site, name: "", causes }).map((value) => ({
    ...value,
    glob: false,
    text: `${part.name}=${value.text}`,
  }));
}

interface Stand {
  readonly state: State;
  /** The state that builtins change. */
  readonly own: State;
  readonly walker: Walker;
}

function judgeWords(words: readonly (readonly Arg[])[], { state, own, walker }: Stand): Causes {
  const [heads, ...args] = words;
  const [head] = heads ?? [];
  if (heads === undefined || head === undefined) return none;
  if (heads.length === 1 && head.made === undefined && !head.glob) {
    const name = programName(head.text);
    const known = walker.tour.functions.get(head.text);
    if (known !== undefined) {
      const ran = walker.callFunction(head.text, own, args);
      if (known.certain)
        return record(
          words.flatMap((values) => values.slice(0, 1)),
          { state, walker, causes: ran },
        );
      return [...ran, ...judgeWays(words, { state, walker })];
    }
    const scene = sceneOf(state, walker, newPart([]));
    const builtin = judgeBuiltin({
      name,
      args,
      state: own,
      stdin: state.stdin,
      scene,
      tour: walker.tour,
    });
    if (builtin !== undefined)
      return record(
        words.flatMap((values) => values.slice(0, 1)),
        { state, walker, causes: builtin },
      );
  }
  return judgeWays(words, { state, walker });
}

function record(words: readonly Arg[], { walker, causes }: Site & { causes: Causes }): Causes {
  walker.tour.parts.push({ ...newPart(words), causes });
  return causes;
}

function judgeWays(words: readonly (readonly Arg[])[], site: Site): Causes {
  let ways: (readonly Arg[])[] = [[]];
  if (words.every((values) => values.length === 1))
    ways = [words.flatMap((values) => values.slice(0, 1))];
  else {
    for (const values of words) {
      ways = ways.flatMap((way) => values.map((value) => [...way, value]));
      if (ways.length > MAX_WAYS) {
        return record(
          words.flatMap((all) => (all.length === 1 ? all : ANYTHING)),
          {
            ...site,
            causes: high(
              "unanalysable",
              `${words[0]?.[0]?.text} has too many possible arguments to look at`,
            ),
          },
        );
      }
    }
  }
  return ways.flatMap((way) => runWords(way, site));
}

function judgeAssignment(
  part: Assignment,
  { state, walker, alone }: Site & { alone: boolean },
): Causes {
  const causes: Cause[] = [];
  if (part.index !== undefined)
    causes.push(...high("unanalysable", `sets ${part.text}, which is not analysed`));
  const elements = part.value.type === "ArrayValue" ? part.value.elements : [part.value];
  const values: Arg[] = [];
  for (const element of elements) {
    for (const cooked of cookWord(element, {
      ...settingOf(state, walker),
      quoted: part.value.type !== "ArrayValue",
    })) {
      values.push(...keepWord(cooked, { name: part.name, causes, state, walker }));
    }
  }
  const plain =
    part.value.type !== "ArrayValue" &&
    part.append !== true &&
    values.every((value) => isPlainValue(part.name, value));
  if (!plain && assignmentOf(part.name, alone ? "shell" : "command") === "dangerous") {
    causes.push(
      ...high("unanalysable", `sets the variable ${part.name}, which can change what programs do`),
    );
  }
  if (!alone) return causes;
  const isArray = part.value.type === "ArrayValue";
  const kept =
    values.some((value) => value.glob) || part.append === true || (isArray && values.length === 0)
      ? ANYTHING
      : values;
  setVariable(state, part.name, kept);
  return causes;
}

export function openRedirect(
  redirect: Redirection,
  state: State,
  walker: Walker,
): { causes: Causes; stdin?: Output } {
  const part = newPart([]);
  const opener: Opener = {
    scene: sceneOf(state, walker, part),
    cook: (word) => cookWhole(word, { state, walker }),
    textOf: plainTextOf(state, walker),
  };
  const opened = judgeRedirect(redirect, opener);
  if (part.uses.length > 0) walker.tour.parts.push({ ...part, causes: opened.causes });
  return opened;
}
