/** Programs that run code: a file of the checkout is the project's own; code from arguments, stdin or elsewhere is nobody's. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Causes, high, medium, none } from "../assessment.ts";
import { bindPythonModule } from "../bindings.ts";
import { parseArgs, type Spec, toSpec } from "../options.ts";
import { judgePlaces } from "../places.ts";
import { type Call, each, type Judge, odd, type Scene, type Table } from "../scene.ts";
import type { Arg } from "../words.ts";
import { filesOfInlineCode } from "./inline-code.ts";
import { runs, runsFile } from "./project.ts";

interface Interpreter {
  readonly spec: Spec;
  /** Options that give code. */
  readonly code: readonly string[];
  readonly language: string;
  readonly check: readonly string[];
  /** Whether tests may be run without naming a file. */
  readonly tests: readonly string[];
  /** Options that load a module first. */
  readonly loads: RegExp;
}

function interpreter(options: string, more: Partial<Interpreter> = {}): Judge {
  const how: Interpreter = {
    spec: toSpec(`${options} +`),
    code: [],
    language: "",
    check: [],
    tests: [],
    loads: /^$/,
    ...more,
  };
  return (call) => judgeInterpreter(call, how);
}

function judgeInterpreter({ name, args, scene }: Call, how: Interpreter): Causes {
  const parsed = parseArgs(args, how.spec);
  if (parsed.odd !== undefined) {
    return high(
      "unanalysable",
      `${name} with ${parsed.odd}, which may run code that is no file of the project`,
    );
  }
  const has = (names: readonly string[]) =>
    parsed.options.some((option) => names.includes(option.name));
  const strange = parsed.options.find(
    ({ name: option, value }) =>
      how.loads.test(option) &&
      (value?.made !== undefined || !NODE_LOADERS.test(value?.text ?? "")),
  );
  if (strange !== undefined) {
    return high("unanalysable", `${name} with ${strange.name} ${strange.value?.text ?? ""}`);
  }
  const codes = parsed.options
    .filter((option) => how.code.includes(option.name))
    .map((option) => option.value);
  if (codes.length > 0) {
    const files = codes.map((code) =>
      code === undefined || code.made !== undefined
        ? undefined
        : filesOfInlineCode(how.language, code.text),
    );
    if (files.some((list) => list === undefined)) {
      return high("unanalysable", `${name} runs code from its arguments`);
    }
    return [
      ...medium("project-code", `${name} runs a line of plain code`),
      ...judgePlaces(
        scene,
        [
          ...files.flatMap((list) => list ?? []).map((text) => ({ text, glob: false })),
          ...parsed.operands,
        ],
        "read",
      ),
    ];
  }
  const [file, ...rest] = parsed.operands;
  if (has(how.tests)) return runs(name, parsed.operands, scene);
  if (file === undefined) {
    return parsed.options.some((option) => /^(-v|-V|--version|--help|-h)$/.test(option.name))
      ? none
      : high("unanalysable", `${name} without a file runs what it is given`);
  }
  if (file.text === "-") return high("unanalysable", `${name} runs what it reads from stdin`);
  if (has(how.check)) return runs(name, parsed.operands, scene);
  return [
    ...judgePlaces(scene, parsed.reads, "read"),
    ...runsFile(name, file, { args: rest, scene }),
  ];
}

/** Loaders that tests and scripts are usually run with. */
const NODE_LOADERS =
  /^(tsx(\/(esm|cjs))?|ts-node\/(register(\/transpile-only)?|esm)|dotenv\/config|@swc-node\/register(\/esm)?|@swc\/register|esbuild-register|tsconfig-paths\/register|source-map-support\/register|@babel\/register|jiti\/register|global-jsdom\/register)$/;

const NODE =
  "-c --check --test --watch --enable-source-maps --trace-warnings --trace-uncaught --no-warnings --experimental-strip-types --experimental-transform-types --experimental-vm-modules --experimental-sqlite --experimental-test-coverage --test-only --test-reporter: --test-name-pattern: --test-concurrency: --test-timeout: --test-force-exit --test-update-snapshots --max-old-space-size: --expose-gc --stack-trace-limit: --trace-deprecation --throw-deprecation --no-deprecation --unhandled-rejections: --disable-warning: -e: -p: --eval: --print: --input-type: --version -v --help -h --cpu-prof --heap-prof --prof --conditions: -C: --preserve-symlinks --no-experimental-strip-types --title: -r: --require: --import: --loader: --experimental-loader: --inspect --inspect-brk --watch-path: --es-module-specifier-resolution: --trace-exit --experimental-default-type: --experimental-require-module --experimental-json-modules --experimental-import-meta-resolve --openssl-legacy-provider";

const python = interpreter(
  "-u -B -O -OO -s -S -E -I -q -v -V -VV -b -W: -X: -c: --version --help -h",
  { code: ["-c"], language: "python" },
);

const MODULES =
  /^(pytest|unittest|mypy|ruff|black|isort|flake8|pylint|pyright|compileall|py_compile|doctest|coverage|venv|virtualenv|build|tox|nox|bandit|cProfile|sphinx|mkdocs|uvicorn|gunicorn|celery|streamlit|tabnanny|pyflakes|pycodestyle|pydocstyle|autopep8|yapf|vulture|radon|codespell_lib|behave|robot|pyperf|scalene|piptools|cython|grpc_tools\.protoc|nuitka|zipapp)$/;
/** Modules that are judged as the program of the same kind. */
const PROGRAMS: Readonly<Record<string, string>> = {
  pip: "pip",
  pre_commit: "pre-commit",
  django: "django-admin",
  flask: "flask",
  alembic: "alembic",
  poetry: "poetry",
  uv: "uv",
};
const READING_MODULES =
  /^(json\.tool|calendar|platform|site|sysconfig|this|tokenize|ast|dis|keyword|__future__)$/;

const judgePython: Judge = (call) => {
  const at = call.args.findIndex((word) => word.text === "-m");
  const before = call.args.slice(0, Math.max(at, 0));
  const plain = before.map((word) => word.text).join(" ");
  if (at < 0 || !/^((-[uBOsEIqb]+|-[XW] ?[\w:=.]+)( |$))*$/.test(plain)) return python(call);
  const [module, ...rest] = call.args.slice(at + 1);
  const { name, scene } = call;
  if (module === undefined || module.made !== undefined)
    return high("unanalysable", `${name} -m without a fixed module`);
  if (READING_MODULES.test(module.text)) {
    return [
      ...medium("project-code", `${name} -m ${module.text}`),
      ...judgePlaces(scene, rest.filter((word) => !word.text.startsWith("-")).slice(0, 1), "read"),
      ...(module.text === "json.tool"
        ? judgePlaces(scene, rest.filter((word) => !word.text.startsWith("-")).slice(1), "write")
        : none),
    ];
  }
  bindPythonModule(module.text, scene);
  const program = PROGRAMS[module.text];
  if (program !== undefined) return scene.run([{ text: program, glob: false }, ...rest]);
  if (MODULES.test(module.text)) {
    scene.alias([module, ...rest]);
    return runs(`${name} -m ${module.text}`, rest, scene);
  }
  if (OWN_MODULES.test(module.text) || standsHere(module.text, scene))
    return runs(`${name} -m ${module.text}`, rest, scene);
  return high("unknown-program", `${name} -m ${module.text}, which is not known`);
};

/** Names that no installed package has, so that only the project's own code can be meant. */
const OWN_MODULES =
  /^(src|app|apps|backend|server|scripts?|tools?|tests?|main|manage|cli|project|core|lib|examples?|benchmarks?|my_?\w+)(\.\w+)*$/;

/** Python looks into the folder that it stands in first. */
function standsHere(module: string, scene: Scene): boolean {
  const path = module.replaceAll(".", "/");
  return (
    /^\w+(\.\w+)*$/.test(module) &&
    scene.folders.every((folder) =>
      [`${path}.py`, `${path}/__main__.py`].some((file) => existsSync(join(folder, file))),
    )
  );
}

const SHELL = toSpec(
  "-c -e -u -x -v -n -l -i -f -E -a -h -s -o: -O: --norc --noprofile --login --posix --version --help -eu -ex -eux -lc +",
);

/** `sh -c text` is as risky as its text; a script of the checkout is the project's code. */
const judgeShell: Judge = ({ name, args, scene }) => {
  const parsed = parseArgs(args, SHELL);
  if (parsed.odd !== undefined) return high("unanalysable", `${name} with ${parsed.odd}`);
  const has = (option: string) => parsed.options.some((other) => other.name === option);
  const traced = has("-x") || has("-ex") || has("-eux");
  const bad = parsed.options.find(
    (option) =>
      option.name === "-O" ||
      (option.name === "-o" &&
        !/^(pipefail|errexit|nounset|xtrace|posix)$/.test(option.value?.text ?? "")),
  );
  if (bad !== undefined) return high("unanalysable", `${name} with ${bad.name} ${bad.value?.text}`);
  if (has("--version") || has("--help")) return none;
  const [first, ...rest] = parsed.operands;
  if (first?.text.startsWith("+") === true) return odd(name, first.text);
  if (has("-c") || has("-lc")) {
    return [
      ...(has("-l") || has("-lc") || has("-i") || has("--login")
        ? medium("project-code", `${name} as a login shell`)
        : none),
      ...(first === undefined
        ? high("unanalysable", `${name} -c without a text`)
        : scene.runText(traced ? { ...first, text: `set -x\n${first.text}` } : first)),
    ];
  }
  if (first === undefined || first.text === "-" || has("-s")) return judgeStdin(name, scene);
  if (has("-n")) return judgePlaces(scene, [first], "read");
  return [...refusePath(name, first, scene), ...runsFile(name, first, { args: rest, scene })];
};

/** `bash name` and `source name` look for it in PATH too, where no file of the checkout has that name. */
function refusePath(name: string, { text }: Arg, scene: Scene): Causes {
  return /[/.]/.test(text) || scene.folders.every((folder) => existsSync(join(folder, text)))
    ? none
    : high("unknown-program", `${name} may run a ${text} that is no file of the checkout`);
}

function judgeStdin(name: string, scene: Call["scene"]): Causes {
  return typeof scene.stdin === "object"
    ? scene.runText({ text: scene.stdin.text, glob: false })
    : high("unanalysable", `${name} runs what it reads from stdin`);
}

const judgeSource: Judge = ({ name, args, scene }) => {
  const [file, ...rest] = args;
  if (file === undefined) return high("unanalysable", `${name} without a file`);
  return [...refusePath(name, file, scene), ...runsFile(name, file, { args: rest, scene })];
};

const java: Judge = ({ name, args, scene }) => {
  const agent = args.find((word) =>
    /^(-javaagent|-agent|-XX:On|-Djava\.security|-Xbootclasspath|--patch-module|@)/.test(word.text),
  );
  if (agent !== undefined) return high("unanalysable", `${name} with ${agent.text}`);
  return args.every((word) => /^--?(version|showversion|fullversion|help)$/.test(word.text))
    ? none
    : runs(
        name,
        args.flatMap((word) => splitClassPath(word)),
        scene,
      );
};

function splitClassPath(word: Arg): readonly Arg[] {
  return word.text.includes(":") && !word.text.includes("://")
    ? word.text.split(":").map((text) => ({ ...word, text }))
    : [word];
}

const PERL_EDIT =
  /^(s|tr|y)([/|#,!])((?!\2)[^\\$@`{}]|\\[\w./-])*\2((?!\2)[^\\$@`{}]|\$\d|\\[nt1-9])*\2[gim]*;?$/;

/** `perl -pi -e 's/a/b/g' files`, as plain as sed; every other code from arguments is not looked at. */
const judgePerl: Judge = (call) => {
  const { args, scene, name } = call;
  const at = args.findIndex((word) => /^-[0pniwl]*e$/.test(word.text));
  const flags = args.slice(0, at + 1).map((word) => word.text);
  const code = args[at + 1];
  if (
    at >= 0 &&
    code !== undefined &&
    code.made === undefined &&
    PERL_EDIT.test(code.text) &&
    flags.every((flag) => /^-[0pniwle]+(\.\w+)?$/.test(flag)) &&
    flags.some((flag) => flag.includes("p"))
  ) {
    const inPlace = flags.some((flag) => flag.includes("i"));
    return judgePlaces(scene, args.slice(at + 2), inPlace ? "write" : "read");
  }
  return interpreter("-w -c -t -T -W -v -V", { check: [] })({ name, args, scene });
};

export const interpreters: Table = {
  ...each(
    "node nodejs",
    interpreter(NODE, {
      code: ["-e", "-p", "--eval", "--print"],
      language: "node",
      check: ["-c", "--check"],
      tests: ["--test"],
      loads: /^(-r|--(require|import|loader|experimental-loader))$/,
    }),
  ),
  ...each(
    "tsx ts-node",
    interpreter(
      "-P@ -T --esm --files --transpile-only --transpileOnly --swc --project@ --no-cache --tsconfig@ watch --test --version -v",
      { tests: ["--test"] },
    ),
  ),
  nodemon: interpreter("-w@ --watch@ -e: --ext: -q --quiet --ignore: --delay:"),
  ...each(
    "python python2 python3 python3.10 python3.11 python3.12 python3.13 pypy pypy3",
    judgePython,
  ),
  ...each("sh bash dash zsh ksh ash", judgeShell),
  ...each("source .", judgeSource),
  ruby: interpreter("-w -W= -c -v --version -I@", { check: ["-c"] }),
  perl: judgePerl,
  php: interpreter("-l -n -v -i --version -f", { check: ["-l"] }),
  ...each("lua luajit", interpreter("-v -W")),
  ...each("Rscript julia", interpreter("--vanilla --no-save --project= --version")),
  ...each(
    "elixir escript swipl racket guile groovy kotlin tclsh crystal v odin",
    interpreter("--version -v"),
  ),
  java,
};
