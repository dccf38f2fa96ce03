/** Commands that run the project's own code or tools: MEDIUM. What publishes, downloads or takes code from its arguments is HIGH. */
import { type Assessment, high, low, medium, worst } from "./assessment.ts";
import { parseOptions } from "./options.ts";
import { assessPlace, type Standing } from "./places.ts";
import type { Literal } from "./words.ts";

/** Local tools that read their arguments as options and files of the project. */
const TOOLS = new Set(
  [
    "tsc eslint vitest jest prettier mocha ava biome oxlint knip c8 nyc stylelint standard xo tap uvu vue-tsc svelte-check",
    "vite webpack rollup esbuild rolldown turbo nx lerna tsup next",
    "pytest mypy ruff black isort flake8 pylint pyright tox nox",
    "rspec rubocop phpunit phpstan ctest golangci-lint gofmt rustfmt shellcheck shfmt",
  ].flatMap((line) => line.split(" ")),
);

const VERSIONED = new Set(
  "node npm npx yarn pnpm bun deno python python3 pip pip3 go cargo rustc ruby java javac gcc g++ clang make cmake git tsc bash docker gradle mvn php perl".split(
    " ",
  ),
);

/** Names of scripts and targets that act outside the checkout whatever they hold. */
const OUTWARD =
  /(^|[:_.-])(publish|release|deploy|push|upload|install|uninstall|postinstall|provision|destroy)($|[:_.-])/i;

export interface ProjectScripts {
  /** The bodies of the project's npm scripts, where they are known. */
  readonly scripts: Readonly<Record<string, string>> | undefined;
}

type Judge = (argv: readonly Literal[], standing: Standing & ProjectScripts) => Assessment;

const COMMANDS: Readonly<Record<string, Judge>> = {
  npm: assessNpm,
  pnpm: assessNpm,
  yarn: assessYarn,
  npx: assessNpx,
  node: (argv, standing) =>
    assessInterpreter(argv, {
      standing,
      name: "node",
      alone:
        /^--(test|check|enable-source-maps|trace-warnings|no-warnings|experimental-strip-types|test-only|test-reporter=(spec|tap|dot)|test-name-pattern=.*|test-concurrency=\d+)$/,
    }),
  tsx: (argv, standing) => assessInterpreter(argv, { standing, name: "tsx" }),
  "ts-node": (argv, standing) => assessInterpreter(argv, { standing, name: "ts-node" }),
  python: assessPython,
  python3: assessPython,
  bash: (argv, standing) => assessInterpreter(argv, { standing, name: "bash", alone: /^-[eux]+$/ }),
  sh: (argv, standing) => assessInterpreter(argv, { standing, name: "sh", alone: /^-[eux]+$/ }),
  pip: assessPip,
  pip3: assessPip,
  make: assessMake,
  cargo: (argv, standing) => {
    const words = "test build check clippy fmt run bench doc nextest";
    return assessSub(argv, { standing, name: "cargo", words, refuse: /^(--config|-Z)/ });
  },
  go: (argv, standing) => {
    const words = "test build vet run fmt list";
    return assessSub(argv, {
      standing,
      name: "go",
      words,
      refuse:
        /^--?(exec|toolexec|vettool|overlay|modfile|ldflags|gcflags|asmflags|compiler|gccgoflags|C|o)/,
    });
  },
};

/** The risk of a command that runs the project's code, or undefined where `name` is none. */
export function assessProject(
  name: string,
  argv: readonly Literal[],
  standing: Standing & ProjectScripts,
): Assessment | undefined {
  const asksVersion = argv.length === 1 && /^(-v|-V|--version)$/.test(argv[0]?.text ?? "");
  if (asksVersion && (VERSIONED.has(name) || TOOLS.has(name))) return low;
  if (name === "go" && argv.length === 1 && argv[0]?.text === "version") return low;
  const judge = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (judge !== undefined) return judge(argv, standing);
  if (TOOLS.has(name)) return runs(name, argv, standing);
  if (!name.includes("/")) return undefined;
  const file = assessPlace(standing, { text: name, glob: false }, "read");
  return file.risk === "HIGH" ? file : runs(name, argv, standing);
}

/** Arguments of project code may be anything but paths that leave the checkout. */
function runs(what: string, argv: readonly Literal[], standing: Standing): Assessment {
  const paths = argv.flatMap((word) => {
    const value = word.text.startsWith("-") ? word.text.replace(/^[^=]*=?/, "") : word.text;
    return value.includes("://") ? [] : [{ text: value, glob: word.glob }];
  });
  const remote = argv.find((word) => /^[\w-]*=?\w+:\/\//.test(word.text));
  if (remote !== undefined) return high(`${what} with the address ${remote.text}`);
  // A flag that reads like a path only after its first letters: -I/etc, -C../other.
  const attached = argv.filter((word) => /^-\w+(\/|\.\.)/.test(word.text));
  if (attached.length > 0) return high(`${what} with ${attached[0]?.text}`);
  return worst([
    medium(`runs the project's own code: ${what}`),
    ...paths.map((word) => assessPlace(standing, word, "read")),
  ]);
}

interface Interpreter {
  readonly standing: Standing;
  readonly name: string;
  readonly alone?: RegExp;
}

/** A file of the checkout must be named: code from arguments or from stdin is nobody's project. */
function assessInterpreter(argv: readonly Literal[], how: Interpreter): Assessment {
  const at = argv.findIndex((word) => !word.text.startsWith("-") || word.text === "-");
  const options = at < 0 ? argv : argv.slice(0, at);
  const odd = options.find((word) => !how.alone?.test(word.text));
  if (odd !== undefined)
    return high(`${how.name} with ${odd.text}, which may run code that is no file of the project`);
  const file = argv[at];
  const tests = options.some((word) => word.text === "--test");
  if (file === undefined) {
    return tests
      ? runs(how.name, options, how.standing)
      : high(`${how.name} without a file runs what it is given`);
  }
  if (file.glob && !tests) return high(`${how.name} with ${file.text} unquoted`);
  if (file.text === "-") return high(`${how.name} runs what it reads from stdin`);
  return runs(`${how.name} ${file.text}`, argv, how.standing);
}

function assessPython(argv: readonly Literal[], standing: Standing): Assessment {
  const [first, module, ...rest] = argv;
  if (first?.text !== "-m") {
    return assessInterpreter(argv, { standing, name: "python", alone: /^-[uBOW]$/ });
  }
  const known =
    /^(pytest|unittest|mypy|ruff|black|isort|flake8|pylint|compileall|py_compile|doctest|coverage)$/;
  if (module === undefined || !known.test(module.text)) {
    return high(`python -m ${module?.text ?? ""}, which is not known`);
  }
  return runs(`python -m ${module.text}`, rest, standing);
}

function assessPip(argv: readonly Literal[], standing: Standing): Assessment {
  const [sub, option, file, ...rest] = argv.map((word) => word.text);
  if (/^(list|freeze|check)$/.test(sub ?? "") && argv.length === 1) return low;
  const pinned = sub === "install" && option === "-r" && file !== undefined && rest.length === 0;
  if (!pinned) return high(`pip ${sub ?? ""} downloads code or changes this machine`);
  return worst([
    medium("installs what the requirements file names"),
    assessPlace(standing, { text: file, glob: false }, "read"),
  ]);
}

const NPM_OPTIONS = {
  alone:
    /^(-s|-w=?[\w@/-]*|--(silent|if-present|workspaces|no-audit|no-fund|prefer-offline|offline|ignore-scripts|frozen-lockfile|immutable|json|long|all|depth=\d+|workspace=[\w@/-]+|production|omit=dev|include=dev|no-progress))$/,
  valued: /^(-w|--workspace|--depth)$/,
};

function assessNpm(argv: readonly Literal[], standing: Standing & ProjectScripts): Assessment {
  const end = argv.findIndex((word) => word.text === "--");
  const parsed = parseOptions(end < 0 ? argv : argv.slice(0, end), NPM_OPTIONS);
  if (!parsed.ok) return high(`npm with ${parsed.option}, which is not known to be harmless`);
  const passed = end < 0 ? [] : argv.slice(end + 1);
  const [sub, ...words] = parsed.operands;
  const names = words.map((word) => word.text);
  const has = (option: string) => parsed.options.includes(option);
  switch (sub?.text) {
    case "test":
    case "t":
    case "tst":
      return assessScript("test", [...words, ...passed], standing);
    case "start":
      return assessScript("start", [...words, ...passed], standing);
    case "run":
    case "run-script":
      if (words[0] === undefined) return low;
      return assessScript(words[0].text, [...words.slice(1), ...passed], standing);
    case "ls":
    case "list":
    case "outdated":
      return sub.text === "outdated" ? high("npm outdated asks the registry") : low;
    case "ci":
    case "i":
    case "install":
      if (
        names.length === 0 &&
        (sub.text === "ci" || has("--frozen-lockfile") || has("--immutable"))
      ) {
        return medium("installs what the lockfile pins, and runs its install scripts");
      }
      return high(`npm ${sub.text} ${names.join(" ")} downloads code that is not pinned`);
    case undefined:
    default:
      return high(`npm ${sub?.text ?? ""} acts on a registry, or is not known`);
  }
}

function assessYarn(argv: readonly Literal[], standing: Standing & ProjectScripts): Assessment {
  const [sub] = argv;
  const pinned = argv
    .slice(1)
    .every((word) => /^--(frozen-lockfile|immutable|offline|silent)$/.test(word.text));
  if (sub === undefined || (sub.text === "install" && pinned)) {
    return medium("installs what the lockfile pins, and runs its install scripts");
  }
  if (sub.text === "test" || sub.text === "run" || sub.text === "start")
    return assessNpm(argv, standing);
  if (TOOLS.has(sub.text)) return runs(sub.text, argv.slice(1), standing);
  if (/^(build|lint|format|typecheck|check|coverage)$/.test(sub.text)) {
    return assessScript(sub.text, argv.slice(1), standing);
  }
  return high(`yarn ${sub.text} acts on a registry, or is not known`);
}

const OUTWARD_COMMAND =
  /(^|[\s;&|(])(sudo|su|doas|ssh|scp|rsync|sftp|curl|wget|nc|ncat|gh|glab|aws|gcloud|az|kubectl|helm|terraform|docker|podman|vercel|netlify|fly|heroku|firebase|wrangler|git\s+(push|remote|config|reset|clean)|(npm|pnpm|yarn)\s+(publish|unpublish|deprecate|login|token|owner|access|dist-tag)|twine|lerna\s+publish|changeset\s+publish|semantic-release)([\s;&|)]|$)/;

/** A script of package.json: the project's own code, unless its name or its text reaches outside. */
function assessScript(
  name: string,
  argv: readonly Literal[],
  standing: Standing & ProjectScripts,
): Assessment {
  if (OUTWARD.test(name)) return high(`the script ${name} acts outside the checkout by its name`);
  const bodies = [`pre${name}`, name, `post${name}`].map((key) =>
    standing.scripts !== undefined && Object.hasOwn(standing.scripts, key)
      ? standing.scripts[key]
      : undefined,
  );
  const found = bodies
    .map((body) => OUTWARD_COMMAND.exec(body ?? "")?.[2])
    .find((word) => word !== undefined);
  if (found !== undefined) return high(`the script ${name} of package.json runs ${found}`);
  return runs(`npm run ${name}`, argv, standing);
}

function assessNpx(argv: readonly Literal[], standing: Standing): Assessment {
  const rest = /^(--no|--no-install)$/.test(argv[0]?.text ?? "") ? argv.slice(1) : argv;
  const [tool, ...words] = rest;
  if (tool !== undefined && TOOLS.has(tool.text)) return runs(tool.text, words, standing);
  if (tool?.text === "tsx" || tool?.text === "ts-node") {
    return assessInterpreter(words, { standing, name: tool.text });
  }
  return high(`npx ${tool?.text ?? ""} may download and run a package`);
}

function assessMake(argv: readonly Literal[], standing: Standing): Assessment {
  const parsed = parseOptions(argv, {
    alone: /^(-[skBj]+|-j\d+|--(silent|keep-going|always-make))$/,
    pathed: /^-[C]$/,
  });
  if (!parsed.ok) return high(`make with ${parsed.option}`);
  const odd = parsed.operands.find((word) => word.text.includes("=") || OUTWARD.test(word.text));
  if (odd !== undefined) return high(`make ${odd.text} may act outside the checkout`);
  return runs(["make", ...parsed.operands.map((word) => word.text)].join(" "), argv, standing);
}

interface Sub {
  readonly standing: Standing;
  readonly name: string;
  readonly words: string;
  readonly refuse: RegExp;
}

function assessSub(argv: readonly Literal[], { standing, name, words, refuse }: Sub): Assessment {
  const [sub, ...rest] = argv;
  if (sub === undefined || !words.split(" ").includes(sub.text)) {
    return high(`${name} ${sub?.text ?? ""} changes this machine or a registry, or is not known`);
  }
  const odd = rest.find((word) => refuse.test(word.text));
  if (odd !== undefined) return high(`${name} with ${odd.text}`);
  return runs(`${name} ${sub.text}`, rest, standing);
}
