/** Tools of projects that start what they are told to: they are as risky as that. */
import { type Causes, high, medium, none } from "../assessment.ts";
import { parseArgs, toSpec } from "../options.ts";
import { judgePlaces } from "../places.ts";
import { each, type Judge, odd, type Scene, type Table } from "../scene.ts";
import type { Arg } from "../words.ts";
import { judgeScript } from "./js-packages.ts";
import { runs } from "./project.ts";

/** Options, then a program with its arguments; without one the tool does its own work. */
function before(options: string): Judge {
  const spec = toSpec(`${options} +`);
  return ({ name, args, scene }) => {
    const parsed = parseArgs(args, spec);
    if (parsed.odd !== undefined) return odd(name, parsed.odd);
    const program = parsed.operands[0]?.text === "--" ? parsed.operands.slice(1) : parsed.operands;
    return [
      ...medium("project-code", `${name} runs a program of the project`),
      ...judgePlaces(scene, parsed.reads, "read"),
      ...judgePlaces(scene, parsed.writes, "write"),
      ...(program.length === 0 ? none : scene.run(program)),
    ];
  };
}

const REPORTS = /^(report|merge|check-coverage|instrument|help)$/;

function coverage(options: string): Judge {
  const judge = before(options);
  return (call) =>
    REPORTS.test(call.args[0]?.text ?? "") ? runs(call.name, call.args, call.scene) : judge(call);
}

const CONCURRENTLY = toSpec(
  "-n: -c: -k -s: -r -p: -m: -i -g -l: -t: --names: --prefix-colors: --kill-others --kill-others-on-fail --success: --raw --prefix: --max-processes: --handle-input --group --timings --no-color --hide: --restart-tries: --restart-after: --default-input-target: --passthrough-arguments -P",
);

/** Each operand is a text for a shell, or `npm:script`. */
const concurrently: Judge = ({ name, args, scene }) => {
  const parsed = parseArgs(args, CONCURRENTLY);
  if (parsed.odd !== undefined) return odd(name, parsed.odd);
  return [
    ...medium("project-code", `${name} runs commands side by side`),
    ...parsed.operands.flatMap((text) => judgeText(text, scene)),
  ];
};

function judgeText(word: Arg, scene: Scene): Causes {
  const script = /^(npm|yarn|pnpm|bun|node):([\w:.*-]+)( .*)?$/.exec(word.text)?.[2];
  return script !== undefined && word.made === undefined
    ? judgeScript(script, [], scene)
    : scene.runText(word);
}

/** `run-s lint test:*`: scripts of package.json by their names. */
const runScripts: Judge = ({ name, args, scene }) =>
  args
    .filter((word) => !/^-(\w|-[\w-]+(=\w+)?)$/.test(word.text))
    .flatMap((word) =>
      /^[\w:.*{}-]+( -- [\w:.= /-]*)?$/.test(word.text) && word.made === undefined
        ? judgeScript(word.text.replace(/ .*/, ""), [], scene)
        : high("unanalysable", `${name} with ${word.text}, which is not the name of a script`),
    );

/** \TeX can run programs, unless it is left at its defaults. */
const tex: Judge = (call) => {
  const bad = call.args.find((word) =>
    /^--?(shell-escape|enable-write18|shell-restricted|e|latex|pdflatex|r)(=|$)|\\/.test(word.text),
  );
  return bad === undefined
    ? runs(call.name, call.args, call.scene)
    : high("unanalysable", `${call.name} with ${bad.text}`);
};

export const starters: Table = {
  c8: coverage(
    "-r: --reporter: -x: --exclude: -n: --include: --all -a --src: --check-coverage --lines: --branches: --functions: --statements: --reports-dir> --report-dir> -o> --temp-directory> --clean= --no-clean --skip-full --100 --per-file --exclude-after-remap -c@ --config@",
  ),
  nyc: coverage(
    "-r: --reporter: -x: --exclude: -n: --include: --all -a --check-coverage --lines: --branches: --functions: --statements: --report-dir> --temp-dir> -t> --silent -s --clean= --no-clean -e: --extension: --cache= --no-cache --per-file --cwd@",
  ),
  valgrind: before(
    "-q -v --tool: --leak-check= --track-origins= --show-leak-kinds= --error-exitcode= --num-callers= --log-file> --suppressions@ --gen-suppressions= --trace-children= --xml= --xml-file> --callgrind-out-file> --massif-out-file>",
  ),
  entr: before("-a -c -d -n -p -r -s -x -z"),
  watchexec: before(
    "-e: -w@ -i: -f: -r -c= -q -N --exts: --watch@ --ignore: --filter: --restart --clear= --quiet --no-vcs-ignore -n --shell: -d: --debounce: -p --postpone",
  ),
  ...each(
    "dotenv dotenv-cli env-cmd",
    before("-e@ -f@ -c -o -p: --no-override -q --silent --debug"),
  ),
  ...each("samply flamegraph", before("-o> --")),
  concurrently,
  ...each("run-s run-p npm-run-all npm-run-all2", runScripts),
  ...each("latexmk pdflatex xelatex lualatex tex latex", tex),
};
