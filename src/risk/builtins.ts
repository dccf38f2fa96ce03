/** Builtins that change what later commands see: the folder and the variables. */

import { resolve } from "node:path";
import { type Causes, high, none } from "./assessment.ts";
import { isWithin, resolveWith } from "./inside.ts";
import { parseArgs, toSpec } from "./options.ts";
import { judgePlace } from "./places.ts";
import type { Scene } from "./scene.ts";
import { ANYTHING, type State, setVariable, type Tour, union } from "./state.ts";
import { namesInArithmetic } from "./syntax.ts";
import { assignmentOf, isPlainValue } from "./variables.ts";
import { type Arg, NUMBER } from "./words.ts";

const MAX_FOLDERS = 64;

export interface Builtin {
  readonly name: string;
  /** The arguments, with every value that each may have. */
  readonly args: readonly (readonly Arg[])[];
  readonly state: State;
  readonly stdin: State["stdin"];
  readonly scene: Scene;
  readonly tour: Tour;
}

/** The risk of a builtin, with its effect on the state; undefined where `name` is none of these. */
export function judgeBuiltin(call: Builtin): Causes | undefined {
  switch (call.name) {
    case "cd":
    case "pushd":
      return changeFolder(call);
    case "popd":
      return goBack(call);
    case "export":
    case "declare":
    case "typeset":
    case "local":
    case "readonly":
      return declare(call);
    case "read":
      return read(call, toSpec("-r -s -e -p: -t: -n: -N: -d: -a: -i: +"));
    case "mapfile":
    case "readarray":
      return read(call, toSpec("-t -d: -n: -O: -s: +"));
    case "set":
      return setOptions(call);
    case "shift":
      return shift(call);
    case "unset":
      return unset(call);
    case "let":
      return calculate(call);
    default:
      return undefined;
  }
}

function changeFolder({ args, state, scene, tour, name }: Builtin): Causes {
  const targets = args[0]?.[0]?.text === "--" ? args[1] : args[0];
  if (targets === undefined || args.length > 2)
    return high("unanalysable", `${name} to a folder that is not fixed`);
  if (state.inLoop) return high("unanalysable", `${name} inside a loop`);
  const causes: Causes[] = [];
  const entered: string[] = [];
  const left: string[] = [];
  for (const target of targets.flatMap((word) => cameFrom(word, tour))) {
    if (
      target.glob ||
      target.made === "any" ||
      target.made === "stream" ||
      target.text.startsWith("-") ||
      target.text === ""
    ) {
      return high("unanalysable", `${name} to a folder that is not fixed`);
    }
    for (const folder of state.folders) {
      const place = resolveWith({ root: tour.root, base: folder, looks: tour.looks }, target.text);
      if (place.at === "nowhere") return high("unanalysable", place.why);
      if (place.at === "outside") {
        left.push(place.absolute);
        continue;
      }
      // bash remembers the way it came, the kernel does not: `..` after a link differs.
      if (place.absolute !== resolve(folder, target.text)) {
        return high("unanalysable", `${name} ${target.text} leads through a link`);
      }
      entered.push(place.absolute);
    }
  }
  if (entered.length === 0) {
    return high("outside", `${name} ${targets[0]?.text} leaves the checkout`);
  }
  const meant = isBack(targets, tour)
    ? [tour.root, ...tour.meant]
    : state.meant.flatMap((folder) => targets.map(({ text }) => resolve(folder, text)));
  const gone = meant.find((folder) => !isWithin(tour.root, folder));
  if (gone !== undefined) return high("outside", `${name} leaves the checkout for ${gone}`);
  state.meant = [...new Set(meant)];
  for (const folder of state.meant) tour.meant.add(folder);
  for (const folder of [...entered, ...left]) tour.visited.add(folder);
  // It leaves only if an earlier change of folder failed: then what comes next is judged as outside.
  state.arrived = [...new Set([...entered, ...left])];
  state.folders = union(state.folders, state.arrived);
  if (state.folders.length > MAX_FOLDERS) return high("unanalysable", "changes folders too often");
  causes.push(
    judgePlace({ ...scene, folders: [...new Set(entered)] }, { text: ".", glob: false }, "read"),
  );
  return causes.flat();
}

function isBack([word]: readonly Arg[], { visited }: Tour): boolean {
  return visited.size > 0 && word?.text === "-";
}

/** `cd -` goes to where it stood before: any folder that the command has been in, once it has changed it. */
function cameFrom(word: Arg, { visited, root }: Tour): readonly Arg[] {
  return visited.size > 0 && word.text === "-" && word.made === undefined
    ? [root, ...visited].map((text) => ({ text, glob: false }))
    : [word];
}

/** `set -- a b`: what `$1` is from then on; any other `set` is judged as a program. */
function setOptions({ args, state, tour }: Builtin): Causes | undefined {
  const [dashes, ...words] = args;
  if (args.flat().some(({ text }) => /^-\w*x|^xtrace$/.test(text))) tour.traced = true;
  if (dashes?.length !== 1 || dashes[0]?.text !== "--") return undefined;
  const fixed =
    !state.conditional &&
    words.every((values) => values.every((value) => !value.glob && value.made === undefined));
  state.positional.args = fixed ? words : undefined;
  return none;
}

function shift({ args, state }: Builtin): Causes {
  const text = args.length === 0 ? "1" : args[0]?.[0]?.text;
  const known = !state.conditional && args.length < 2 && /^\d$/.test(text ?? "");
  state.positional.args = known ? state.positional.args?.slice(Number(text)) : undefined;
  return none;
}

/** After `popd` it may stand in any folder that it has been in; all of them are kept until then. */
function goBack({ args, state, tour }: Builtin): Causes {
  state.arrived = state.folders;
  state.meant = [...new Set([tour.root, ...tour.meant])];
  return args.length === 0 ? none : high("unanalysable", "popd with arguments");
}

const ANY: Arg = { text: "", glob: false, made: "any" };

const DECLARE = toSpec("-a -A -r -x -g -l -u -ax -gx -rx -xr -ar -gA -ga -i +");

function declare({ name, args, state }: Builtin): Causes {
  const words = args.map((values) => (values.length === 1 ? values[0] : undefined));
  if (words.some((word) => word === undefined))
    return high("unanalysable", `${name} with several values`);
  const plain = words.flatMap((word) => (word === undefined ? [] : [word]));
  const shown = plain.map((word) => word.text).join(" ");
  if (/^(declare|typeset)$/.test(name) && /^-[fF]/.test(shown)) return none;
  if (shown === "" || /(^| )-\w*p/.test(shown)) {
    return name === "local" ? none : high("secret", `${name} shows the variables`);
  }
  const parsed = parseArgs(plain, DECLARE);
  if (parsed.odd !== undefined || parsed.options.some((option) => option.name === "-i")) {
    return high("unanalysable", `${name} ${parsed.odd ?? "-i"}`);
  }
  const exported = name === "export" || parsed.options.some((option) => option.name.includes("x"));
  if (parsed.operands.length === 0) return high("secret", `${name} shows the variables`);
  return parsed.operands.flatMap((word) => {
    const variable = /^([A-Za-z_]\w*)(=|$)/.exec(word.text)?.[1];
    if (variable === undefined || word.glob) return high("unanalysable", `${name} ${word.text}`);
    const assigned = word.text.includes("=");
    const value = { ...word, text: word.text.slice(variable.length + 1) };
    if (
      !(assigned && isPlainValue(variable, value)) &&
      assignmentOf(variable, exported && assigned ? "command" : "shell") === "dangerous" &&
      !(exported && !assigned)
    ) {
      return /^[a-z_]\w*$/.test(variable) &&
        assignmentOf(variable, "shell") === "plain" &&
        !/^(no_proxy|.*_proxy|npm_.*)$/.test(variable)
        ? keep(state, variable, word)
        : high("unanalysable", `sets the variable ${variable}, which can change what programs do`);
    }
    if (assigned) return keep(state, variable, word);
    return exported &&
      /^[A-Z]/.test(variable) &&
      state.variables.has(variable) &&
      assignmentOf(variable, "command") === "dangerous"
      ? high("unanalysable", `gives ${variable} to every program, which can change what they do`)
      : none;
  });
}

function keep(state: State, name: string, word: Arg): Causes {
  const text = word.text.slice(name.length + 1);
  setVariable(state, name, word.made === "any" ? ANYTHING : [{ ...word, text }]);
  return none;
}

function read({ name, args, state, stdin }: Builtin, spec: ReturnType<typeof toSpec>): Causes {
  const parsed = parseArgs(
    args.flatMap((values) => values.slice(0, 1)),
    spec,
  );
  const targets = [
    ...parsed.operands,
    ...parsed.options.flatMap((option) =>
      option.name === "-a" && option.value !== undefined ? [option.value] : [],
    ),
  ];
  if (parsed.odd !== undefined) return high("unanalysable", `${name} with ${parsed.odd}`);
  const bad = targets.find(
    (word) =>
      !/^[A-Za-z_]\w*$/.test(word.text) ||
      word.made !== undefined ||
      assignmentOf(word.text, "shell") === "dangerous",
  );
  if (bad !== undefined) return high("unanalysable", `${name} into ${bad.text}`);
  const value: Arg =
    stdin === "path"
      ? { text: "x", glob: false, made: "path" }
      : stdin === "token"
        ? { text: "x", glob: false, made: "token" }
        : ANY;
  for (const word of targets) setVariable(state, word.text, [value]);
  return none;
}

function unset({ args, state }: Builtin): Causes {
  for (const values of args) {
    const [word] = values;
    if (
      word === undefined ||
      word.made !== undefined ||
      !/^([A-Za-z_]\w*|-[vf])$/.test(word.text) ||
      /^(PATH|IFS|BASH\w*)$/.test(word.text)
    ) {
      return high("unanalysable", `unset ${word?.text ?? ""}`);
    }
    if (!word.text.startsWith("-")) setVariable(state, word.text, ANYTHING);
  }
  return none;
}

function calculate({ args, state }: Builtin): Causes {
  return args.flatMap((values) => {
    const [word] = values;
    if (word === undefined || word.made !== undefined || values.length > 1)
      return high("unanalysable", "let with a value known only when it runs");
    return calculateText(word.text, state);
  });
}

/** `((x += 1))`: numbers of the command line's own variables. */
export function calculateText(text: string, state: State): Causes {
  const names = namesInArithmetic(text);
  const odd = names?.find((name) => !holdsNumber(state, name));
  if (names === undefined || odd !== undefined) {
    return high("unanalysable", `${text} is arithmetic that can't be analysed`);
  }
  for (const [, name] of text.matchAll(/([A-Za-z_]\w*)\s*(?:[-+*/%&|^]?=(?!=)|\+\+|--)/g)) {
    if (name === undefined || assignmentOf(name, "shell") === "dangerous")
      return high("unanalysable", `sets the variable ${name}`);
    setVariable(state, name, [NUMBER]);
  }
  return none;
}

/** A variable that was not set yet counts as a number where arithmetic is the first to set it. */
export function holdsNumber(state: State, name: string): boolean {
  const values = state.variables.get(name);
  if (values === undefined)
    return /^(RANDOM|SECONDS|LINENO|COLUMNS|LINES|EPOCHSECONDS|[a-z]|count|total|sum|idx|index|num)$/.test(
      name,
    );
  return values.every(
    (value) => value === NUMBER || (value.made === undefined && /^-?\d+$/.test(value.text)),
  );
}
