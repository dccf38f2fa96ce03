/** Programs that start another one: as risky as what they start, and more where they bring rights of their own. */
import { type Causes, high, medium, none } from "../assessment.ts";
import { parseArgs, type Spec, toSpec } from "../options.ts";
import { judgePlaces } from "../places.ts";
import { type Call, each, type Judge, odd, type Table } from "../scene.ts";
import { assignmentOf, isPlainValue } from "../variables.ts";
import type { Arg } from "../words.ts";
import { enterFolder } from "./git-folders.ts";

interface Wrapper {
  readonly spec: Spec;
  /** Operands before the program: the duration of `timeout`. */
  readonly skip: number;
  readonly extra: Causes;
}

function wrapper(options: string, more: { skip?: number; extra?: Causes } = {}): Judge {
  const how: Wrapper = { spec: toSpec(`${options} +`), skip: 0, extra: none, ...more };
  return (call) => judgeWrapper(call, how);
}

function judgeWrapper({ name, args, scene }: Call, { spec, skip, extra }: Wrapper): Causes {
  const parsed = parseArgs(args, spec);
  if (parsed.odd !== undefined) {
    // What it starts is looked at all the same, for the rules.
    const inner = args.findIndex((word) => /^[a-z]/.test(word.text));
    return [...odd(name, parsed.odd), ...(inner < 0 ? none : scene.run(args.slice(inner)))];
  }
  const rest = parsed.operands.slice(skip);
  const skipped = parsed.operands.slice(0, skip);
  const strange = skipped.find(
    (word) => !/^\d+(\.\d+)?[smhd]?$/.test(word.text) && word.made !== "token",
  );
  return [
    ...extra,
    ...(strange === undefined ? none : odd(name, strange.text)),
    ...judgePlaces(scene, parsed.writes, "write"),
    ...(rest.length > 0 ? scene.run(rest) : none),
  ];
}

const ENV = toSpec(
  "-i -0 -v -u: -C: -S: --ignore-environment --null --unset: --chdir: --split-string: --debug +",
);

function judgeEnv({ name, args, scene }: Call): Causes {
  const parsed = parseArgs(args, ENV);
  if (parsed.odd !== undefined) return odd(name, parsed.odd);
  const causes: Causes[] = [];
  let folders: readonly string[] | undefined;
  for (const { name: option, value } of parsed.options) {
    if (value === undefined) continue;
    if (option === "-S" || option === "--split-string")
      causes.push(
        scene.runText({
          ...value,
          text: [value, ...parsed.operands].map((word) => word.text).join(" "),
        }),
      );
    if (option === "-C" || option === "--chdir") {
      const entered = enterFolder(scene, value);
      if (typeof entered === "string") causes.push(high("outside", `env in ${entered}`));
      else folders = entered;
    }
  }
  const at = parsed.operands.findIndex((word) => !/^\w+=/.test(word.text));
  const assignments = at < 0 ? parsed.operands : parsed.operands.slice(0, at);
  causes.push(...assignments.map(judgeAssignment));
  const rest = at < 0 ? [] : parsed.operands.slice(at);
  if (rest.length > 0) causes.push(scene.run(rest, folders));
  else if (causes.every((list) => list.length === 0))
    causes.push(high("secret", "env shows the whole environment"));
  return causes.flat();
}

function judgeAssignment(word: Arg): Causes {
  const name = word.text.slice(0, word.text.indexOf("="));
  if (/=\s*\(\)/.test(word.text)) return high("unanalysable", `sets ${word.text}, a function`);
  const value = { ...word, text: word.text.slice(name.length + 1) };
  return assignmentOf(name, "command") === "plain" || isPlainValue(name, value)
    ? none
    : high("unanalysable", `sets the variable ${name}, which can change what programs do`);
}

/** `cross-env A=b npm test`. */
const judgeCrossEnv: Judge = ({ args, scene }) => {
  const at = args.findIndex((word) => !/^\w+=/.test(word.text));
  return [
    ...(at < 0 ? args : args.slice(0, at)).flatMap(judgeAssignment),
    ...(at < 0 ? none : scene.run(args.slice(at))),
  ];
};

const privileged = (options: string): Judge => {
  const spec = toSpec(`${options} +`);
  return ({ name, args, scene }) => {
    const parsed = parseArgs(args, spec);
    const rest =
      parsed.odd === undefined
        ? parsed.operands
        : args.slice(
            Math.max(
              0,
              args.findIndex((word) => /^[a-z./]/.test(word.text)),
            ),
          );
    const at = rest.findIndex((word) => !/^\w+=/.test(word.text));
    return [
      ...high("privilege", `${name} takes on other rights`),
      ...(at < 0 ? none : scene.run(rest.slice(at))),
    ];
  };
};

/** Programs that hand a text to a shell. */
function joins(options: string, skip = 0): Judge {
  const spec = toSpec(`${options} +`);
  return ({ name, args, scene }) => {
    const parsed = parseArgs(args, spec);
    if (parsed.odd !== undefined) return odd(name, parsed.odd);
    const words = parsed.operands.slice(skip);
    return words.length === 0
      ? none
      : [
          ...judgePlaces(scene, parsed.writes, "write"),
          ...medium("project-code", `${name} runs its command again and again`),
          ...scene.runText(joined(words)),
        ];
  };
}

function joined(words: readonly Arg[]): Arg {
  const made = words.find((word) => word.made !== undefined || word.glob);
  const text = words.map((word) => word.text).join(" ");
  return made === undefined ? { text, glob: false } : { text, glob: false, made: "any" };
}

const judgeEval: Judge = ({ args, scene }) => [
  ...high("unanalysable", "eval reads its text a second time"),
  ...(args.length > 0 ? scene.runText(joined(args)) : none),
];

const judgeTrap: Judge = ({ args, scene }) => {
  const [text] = args;
  if (text === undefined || text.text === "-" || text.text === "" || /^(-l|-p)$/.test(text.text))
    return none;
  if (/^(DEBUG|RETURN|ERR)$/.test(args.at(-1)?.text ?? ""))
    return [...medium("project-code", "trap runs a text again and again"), ...scene.runText(text)];
  return scene.runText(text);
};

/** `flock file command…` and `flock file -c text`. */
const judgeFlock: Judge = ({ name, args, scene }) => {
  const parsed = parseArgs(
    args,
    toSpec("-n -x -s -e -u -o -w: -E: --nonblock --exclusive --shared --timeout: +"),
  );
  const [file, ...rest] = parsed.operands;
  if (parsed.odd !== undefined || file === undefined) return odd(name, parsed.odd ?? "no file");
  const inner = /^(-c|--command)$/.test(rest[0]?.text ?? "")
    ? scene.runText(rest[1] ?? { text: "", glob: false })
    : scene.run(rest);
  return [...judgePlaces(scene, [file], "write"), ...inner];
};

/** `script -c text file` and `su -c text`. */
const judgeScriptProgram: Judge = ({ name, args, scene }) => {
  const parsed = parseArgs(args, toSpec("-q -e -a -f -c: --command: --quiet --return +"));
  const text = parsed.options.find((option) => /^(-c|--command)$/.test(option.name))?.value;
  if (parsed.odd !== undefined || text === undefined)
    return odd(name, parsed.odd ?? "a shell of its own");
  return [...scene.runText(text), ...judgePlaces(scene, parsed.operands, "write")];
};

const judgeSu: Judge = ({ name, args, scene }) => {
  const at = args.findIndex((word) => /^-\w*c$|^--command$/.test(word.text));
  const text = args[at + 1];
  return [
    ...high("privilege", `${name} takes on other rights`),
    ...(at >= 0 && text !== undefined ? scene.runText(text) : none),
  ];
};

/** Only the applet matters. */
const judgeBusybox: Judge = ({ args, scene }) => (args.length === 0 ? none : scene.run(args));

const judgeCommand: Judge = (call) =>
  /^-[vVp]*[vV]$/.test(call.args[0]?.text ?? "") ? none : wrapper("-p")(call);

const judgeExec: Judge = (call) => wrapper("-a: -c -l")(call);

export const wrappers: Table = {
  ...each("nohup chronic unbuffer catchsegv caffeinate", wrapper("-i -s -d -m")),
  nice: wrapper("-n: -# --adjustment:"),
  ionice: wrapper("-c: -n: -t --class: --classdata: --ignore"),
  time: wrapper("-p -v -a -f: -o> --verbose --portability --format: --output>"),
  ...each(
    "timeout gtimeout",
    wrapper("-k: -s: -v --foreground --preserve-status --kill-after: --signal: --verbose", {
      skip: 1,
    }),
  ),
  stdbuf: wrapper("-i: -o: -e: --input: --output: --error:"),
  setsid: wrapper("-w -f -c --wait --fork --ctty"),
  "xvfb-run": wrapper("-a -s: -n: --auto-servernum --server-args: --server-num:"),
  taskset: wrapper("-c", { skip: 1 }),
  command: judgeCommand,
  builtin: wrapper(""),
  exec: judgeExec,
  env: judgeEnv,
  ...each("cross-env cross-env-shell", judgeCrossEnv),
  ...each(
    "sudo doas run0",
    privileged(
      "-n -E -H -S -k -b -A -i -s -u: -g: -p: -C: -D: -h: -U: -P -v -l -K -e --user: --group:",
    ),
  ),
  ...each(
    "pkexec setpriv chroot unshare nsenter runuser gosu su-exec capsh fakeroot newgrp sg",
    privileged("*"),
  ),
  su: judgeSu,
  watch: joins(
    "-n: -d -t -g -c -b -e -x -p --interval: --differences= --no-title --color --errexit --chgexit",
  ),
  hyperfine: ({ args, scene }) => {
    const parsed = parseArgs(
      args,
      toSpec(
        "-w: -r: -m: -M: -N -i -n: --warmup: --runs: --min-runs: --max-runs: --ignore-failure --export-json> --export-markdown> --export-csv> --style:",
      ),
    );
    return parsed.odd === undefined
      ? [
          ...judgePlaces(scene, parsed.writes, "write"),
          ...parsed.operands.flatMap((text) => scene.runText(text)),
        ]
      : odd("hyperfine", parsed.odd);
  },
  eval: judgeEval,
  trap: judgeTrap,
  flock: judgeFlock,
  script: judgeScriptProgram,
  ...each("busybox toybox", judgeBusybox),
};
