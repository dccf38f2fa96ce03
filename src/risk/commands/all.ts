/** Every program that is known, and how one is judged: a program in no table is HIGH. */
import { type Causes, high, none } from "../assessment.ts";
import { bindManifests } from "../bindings.ts";
import type { Call, Judge, Table } from "../scene.ts";
import { buildTools } from "./build-tools.ts";
import { finders } from "./find.ts";
import { git } from "./git.ts";
import { interpreters } from "./interpreters.ts";
import { jsPackages } from "./js-packages.ts";
import { machine } from "./machine.ts";
import { packages } from "./packages.ts";
import { asksVersion, judgeFile, project } from "./project.ts";
import { pythonPackages } from "./python-packages.ts";
import { readers } from "./readers.ts";
import { searchers } from "./searchers.ts";
import { starters } from "./starters.ts";
import { textPrograms } from "./text.ts";
import { wrappers } from "./wrappers.ts";
import { writers } from "./writers.ts";

/** Builtins that change the shell itself: the walk knows them, nothing else may start them. */
const SHELL_ONLY =
  "cd pushd popd export declare typeset local readonly read unset let mapfile readarray getopts";

const shellOnly: Table = Object.fromEntries(
  SHELL_ONLY.split(" ").map((name) => [
    name,
    () => high("unanalysable", `${name} started by another command`),
  ]),
);

/** Whatever they get, they only print, compare or end. */
const TAKES_ANYTHING =
  /^(echo|printf|:|true|false|test|\[|basename|dirname|exit|return|sleep|expr|seq|tr|which|type|wait|break|continue|shift|command|help)$/;

/** For judges that look at no more than a few words: a word that may be any option is a reason to ask. */
function guarded(table: Table): Table {
  return Object.fromEntries(
    Object.entries(table).map(([name, judge]): [string, Judge] => [
      name,
      TAKES_ANYTHING.test(name) ? judge : (call) => [...judge(call), ...refuseLoose(call)],
    ]),
  );
}

function refuseLoose({ name, args }: Call): Causes {
  const loose = args.findIndex(
    (word, at) =>
      word.made === "any" &&
      (word.text === "" || word.text.startsWith("-")) &&
      !(args[at - 1]?.text.startsWith("-") ?? false),
  );
  return loose < 0
    ? none
    : high("unanalysable", `${name} gets a value known only when it runs, which may be an option`);
}

const programs: ReadonlyMap<string, Judge> = new Map(
  [
    shellOnly,
    guarded(machine),
    project,
    interpreters,
    guarded(packages),
    guarded(pythonPackages),
    guarded(buildTools),
    jsPackages,
    starters,
    guarded(readers),
    guarded(searchers),
    textPrograms,
    writers,
    finders,
    wrappers,
    git,
  ].flatMap((table) => Object.entries(table)),
);

/** These take what follows for a text or a file, whatever it looks like. */
const TAKES_TEXT = /^(eval|source|\.|exec|builtin|trap|command|watch|busybox|toybox|init|alias)$/;

export function judgeProgram(call: Call): Causes {
  if (asksVersion(call)) return none;
  const judge = programs.get(call.name);
  bindManifests(call.name, call.scene);
  const [only] = call.args;
  const asks =
    call.args.length === 1 &&
    only?.made === undefined &&
    /^--(help|version)$/.test(only?.text ?? "");
  if (asks && judge !== undefined && !TAKES_TEXT.test(call.name)) return none;
  if (judge !== undefined) return judge(call);
  if (call.name.includes("/")) return judgeFile(call);
  return high("unknown-program", `runs a program that is not known: ${call.name}`);
}

/** `/usr/bin/git` is git; `./git` is a file of the checkout. */
export function programName(word: string): string {
  return /^\/(usr\/(local\/)?)?s?bin\/([\w.+-]+|\[)$/.exec(word)?.[3] ?? word;
}
