/** Code and tools of the project: MEDIUM, as long as no argument leaves the checkout, names an address or a secret. */
import { type Causes, high, medium, none } from "../assessment.ts";
import { bindConfigs, bindModule } from "../bindings.ts";
import { resolveWith } from "../inside.ts";
import { judgePlace } from "../places.ts";
import { type Call, each, type Judge, type Scene, type Table } from "../scene.ts";
import type { Arg } from "../words.ts";

/** Local tools that read their arguments as options and files of the project. */
const TOOLS =
  "tsc eslint vitest jest prettier mocha ava biome oxlint oxfmt knip c8 nyc stylelint standard xo tap uvu vue-tsc svelte-check tsd attw publint size-limit depcheck madge dpdm typedoc jsdoc api-extractor markdownlint markdownlint-cli2 cspell commitlint lint-staged sort-package-json syncpack npm-run-all run-s run-p concurrently wait-on nodemon " +
  "vite webpack webpack-cli rollup esbuild rolldown turbo nx lerna tsup next nuxt astro remix gatsby parcel swc babel tailwindcss postcss sass storybook react-scripts ng vue-cli-service electron-builder ncc pkg microbundle unbuild tsdown react-router svelte-kit quasar " +
  "ts-node-dev tsimp tsoa kysely-codegen orval redocly spectral license-checker npm-check-updates ncu source-map-explorer webpack-bundle-analyzer stencil vitepress vuepress histoire jscpd ls-lint eslint_d svgo svgr unimport lebab jscodeshift postcss-cli esno vite-node patch-package nest ember gulp grunt snowpack vinxi nitro nitropack htmlhint html-validate textlint " +
  "xcodebuild uvicorn gunicorn hypercorn daphne waitress-serve streamlit fastapi dramatiq pyinstaller invoke pip-compile pip-licenses pybabel " +
  "playwright cypress wdio karma jasmine qunit testcafe lighthouse backstop json-server prisma graphql-codegen openapi-generator-cli openapi-typescript hardhat forge slither solc tsc-watch tsc-alias ts-prune plop hygen web-ext " +
  "pytest mypy ruff black isort flake8 pylint pyright basedpyright ty tox nox bandit vulture radon autopep8 autoflake yapf pydocstyle pyupgrade codespell djlint coverage sphinx-build mkdocs behave hypothesis pre-commit cython jupytext nbstripout interrogate deptry mdformat " +
  "rspec rubocop phpunit phpstan php-cs-fixer psalm pest pint ctest golangci-lint gofmt gofumpt goimports staticcheck govulncheck gotestsum mockgen wire sqlc air rustfmt clippy-driver cargo-nextest shfmt bats taplo ktlint detekt swiftlint swiftformat clang-format clang-tidy cppcheck cpplint buf protoc thrift flatc flow elm elm-test elm-format purs spago ormolu hlint hindent ocamlformat scalafmt dartfmt zprint cljfmt vale write-good tflint dprint treefmt alejandra nixfmt ameba credo dialyzer luacheck stylua selene busted " +
  "rustc javac kotlinc scalac ghc ocamlc fpc nasm as ld ar ranlib strip tcc emcc moc uic latexmk pdflatex xelatex tex pandoc dot mmdc d2 asciidoctor hugo jekyll eleventy zola ninja samu autoreconf automake autoconf aclocal bison flex re2c swig gprof valgrind gcov gcovr lcov genhtml";

const VERSIONED =
  "node npm npx yarn pnpm bun bunx deno python python2 python3 pip pip3 uv uvx poetry pipenv go cargo rustc rustup ruby gem bundle java javac gcc g++ clang cc make cmake git tsc bash sh zsh docker docker-compose podman kubectl helm terraform gradle mvn php composer perl lua swift dotnet sqlite3 psql mysql redis-server redis-cli tmux curl wget openssl ssh aws gcloud az gh glab jq rg fd sed awk tar ninja code brew apt nginx tsx ts-node elixir mix erl ghc cabal stack scala sbt kotlin dart flutter zig nim julia R Rscript";

const versioned = new Set(VERSIONED.split(" "));
const tools = new Set(TOOLS.split(" "));

export function isTool(name: string): boolean {
  return tools.has(name) || Object.hasOwn(REACHING, name);
}

/** For these `-v` or `-V` only means more words. */
const SAYS_MORE =
  /^(lerna|ssh|bash|sh|zsh|python\d?|perl|ruby|pytest|ctest|ninja|samu|tox|nox|behave|rspec|bats|coverage|ava|tap|tsd|mkdocs|sphinx-build|gotestsum|valgrind|c8|nyc|curl|wget|tar|sed|awk|rg|docker-compose)$/;

/** `node --version` and the like, of programs that are known to print and end. */
export function asksVersion({ name, args }: Call): boolean {
  const [only, also] = args;
  const verbose = args.length === 2 && /^(--verbose|-v)$/.test(also?.text ?? "");
  if (
    (args.length !== 1 && !(verbose && only?.text === "--version")) ||
    only === undefined ||
    only.made !== undefined
  )
    return false;
  if (!versioned.has(name) && !tools.has(name)) return false;
  return (
    /^(--version|--help)$/.test(only.text) ||
    (/^(-v|-V|-vV|-h|version|help)$/.test(only.text) && !SAYS_MORE.test(name)) ||
    (only.text === "-V" && /^(ssh|python\d?)$/.test(name))
  );
}

export const LOCAL =
  /^(https?|wss?|tcp|redis|postgres(ql)?|mysql|mongodb):\/\/([\w.-]+(:[\w.-]*)?@)?(localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)([:/?#]|$)/;

/** Arguments of project code may be anything but paths that leave the checkout, addresses and secrets. */
export function runs(what: string, args: readonly Arg[], scene: Scene): Causes {
  return [
    ...medium("project-code", `runs the project's own code: ${what}`),
    ...judgeArguments(what, args, scene),
  ];
}

export function judgeArguments(what: string, args: readonly Arg[], scene: Scene): Causes {
  const edits = EDITORS.test(what) || args.some(({ text }) => EDITS.test(text));
  // What a compiler makes is the project's own code all the same: it may be run by the same command.
  const apart = { ...scene, written: new Set<string>() };
  return args.flatMap((word, at) => {
    if (word.made === "any" && (word.text === "" || /^(-\w|--[\w-]+=)$/.test(word.text))) {
      return high("unanalysable", `${what} gets a value known only when it runs`);
    }
    const address = /[\w+]+:\/\/.*/.exec(word.text)?.[0];
    if (address !== undefined) {
      return LOCAL.test(address) ? none : high("remote", `${what} with the address ${address}`);
    }
    const writes =
      edits ||
      OUTPUT.test(word.text) ||
      OUTPUT.test(args[at - 1]?.text ?? "") ||
      (PLACES_BY_D.test(what) && args[at - 1]?.text === "-d");
    return pathsIn(word).flatMap((path) =>
      judgePlace(writes ? apart : scene, path, writes ? "write" : "read"),
    );
  });
}

const EDITORS = /^(ar|strip|ranlib)$/;
const EDITS = /^(--write|--fix|-w|-i|--in-?place)$/;
const OUTPUT =
  /^(-o|-o[./~].*|--?out[\w-]*|--(dest|destination|dist-dir|target-dir|report-dir))(=|$)/i;
const PLACES_BY_D = /^(javac|kotlinc|scalac)$/;

/** The value of `--out=x`, the tail of `-I/etc`, the word itself. */
function pathsIn(word: Arg): readonly Arg[] {
  const { text } = word;
  if (!text.startsWith("-")) {
    const at = text.indexOf("=");
    return at > 0 && !word.glob ? [word, { ...word, text: text.slice(at + 1) }] : [word];
  }
  if (text.includes("="))
    return [{ ...word, text: text.slice(text.indexOf("=") + 1), glob: false }];
  const tail = /^-[\w-]*?([./~].*)$/.exec(text)?.[1];
  return tail === undefined ? [] : [{ ...word, text: tail }];
}

/** Files and first words that say themselves that they act outside. */
const SENDING = /(^|[/:_.-])(publish|deploy|upload|provision|destroy)($|[:_.-])/i;
const SENDS = /^(publish|deploy|upload|push|release)$/;

/** The well-known front doors of web frameworks, and their tasks that lose data or run what they are given. */
const DOORS = /(^|\/)(manage\.py|artisan|console|rails|ace|spark|yii|cake)$/;
const LOSES =
  /^(shell(_plus)?|dbshell|flush|reset_db|sqlflush|sqlclear|tinker|console|runner|psysh|createsuperuser|changepassword|dumpdata|loaddata|down|(db|migrate|migration|doctrine:[\w:]+):?(wipe|drop|fresh|reset|refresh|rollback|purge|truncate)|doctrine:(database|schema|query)[:\w]*|key:generate|env:decrypt|credentials:\w+)$/;

function riskyTask(file: string, args: readonly Arg[]): Causes {
  if (/(^|\/)setup\.py$/.test(file) && args[0]?.text === "install")
    return high("outside", `${file} install puts files where Python is`);
  const task = DOORS.test(file)
    ? args.find((word) => !word.text.startsWith("-") && word.made === undefined)
    : undefined;
  return task === undefined || !LOSES.test(task.text) || args.some(({ text }) => text === "--help")
    ? none
    : high("irreversible", `${file} ${task.text} may lose data or run what it is given`);
}

/**
 * A file of the checkout that is run, by the program `what`, or itself where that is empty. One that this very command line
 * writes is nobody's reviewed code.
 */
export function runsFile(
  what: string,
  file: Arg,
  call: { args: readonly Arg[]; scene: Scene },
): Causes {
  const { args, scene } = call;
  const who = what === "" ? "it" : what;
  const called = `${what} ${file.text}`.trim();
  if (file.made !== undefined || file.glob) {
    return high("unanalysable", `${who} runs a file known only when it runs`);
  }
  if (/^(\/dev\/|\/proc\/|-$)/.test(file.text)) {
    return high("unanalysable", `${who} runs what it is given by ${file.text}`);
  }
  if (/^[\w+.-]+:/.test(file.text)) return high("downloaded", `${who} runs code from ${file.text}`);
  bindModule(file.text, scene);
  const risky = riskyTask(file.text, args);
  const outward = SENDING.test(file.text) || args.slice(0, 3).some((word) => SENDS.test(word.text));
  const places = scene.folders.map((folder) =>
    resolveWith({ root: scene.root, base: folder, looks: scene.looks }, file.text),
  );
  const fresh = places.some((place) => place.at === "inside" && scene.written.has(place.absolute));
  const foreign = places.some((place) => place.at !== "inside");
  return [
    ...(outward ? high("remote", `${called} acts outside the checkout by its name`) : none),
    ...risky,
    ...(foreign ? high("outside", `${who} runs ${file.text}, a file outside the checkout`) : none),
    ...(fresh
      ? high("unanalysable", `${who} runs ${file.text}, which the same command writes`)
      : none),
    ...runs(called, [file, ...args], scene),
  ];
}

/** A program named by a path. */
export function judgeFile({ name, args, scene }: Call): Causes {
  return runsFile("", { text: name, glob: false }, { args, scene });
}

/** Options of watchers that bring a text for a shell. */
const STARTS =
  /^--?(on-?(success|failure|first-?success|compilation\w*)|exec|watch-exec|build\.cmd)(=|$)/i;

const runsTool: Judge = ({ name, args, scene }) => {
  bindConfigs(name, scene);
  const started = args.find((word) => STARTS.test(word.text));
  return [
    ...runs(name, args, scene),
    ...(started === undefined
      ? none
      : high("unanalysable", `${name} starts a command by ${started.text}`)),
  ];
};

/** Task runners and site generators: a task may act outside by its name. */
const runsTask: Judge = (call) => {
  const outward = call.args
    .filter((word) => !word.text.startsWith("-"))
    .slice(0, 4)
    .find((word) =>
      /(^|[:-])(publish|deploy|release|login|logout|link|upload|push|sign|submit|connect|upgrade|add|eject)$/.test(
        word.text,
      ),
    );
  return outward === undefined
    ? runsTool(call)
    : high("remote", `${call.name} ${outward.text} acts outside the checkout by its name`);
};
const TASK_TOOLS =
  "nx turbo ng hugo mkdocs web-ext nuxt nitro quasar vitepress astro next changelogen gatsby storybook remix react-scripts";

/** Tools that write where an option of theirs says are still within the checkout; these reach outside by a sub-command. */
const REACHING: Table = {
  prisma: (call) => {
    const words = call.args.map((word) => word.text).join(" ");
    return /^(generate|format|validate|version|-v|--version|migrate (status|diff))\b/.test(words)
      ? runsTool(call)
      : high("irreversible", `prisma ${words} changes a database`);
  },
  alembic: (call) =>
    /^(history|current|heads|branches|show|check|revision|init|--help|--version)$/.test(
      call.args.find((word) => !word.text.startsWith("-"))?.text ?? "--help",
    )
      ? runsTool(call)
      : high("irreversible", "alembic changes a database"),
  flask: (call) =>
    /^((--app|-A)[= ][\w.:]+ |--debug |--no-debug )*(run|routes|--help|--version)\b/.test(
      call.args.map((word) => word.text).join(" "),
    )
      ? runsTool(call)
      : high("irreversible", "flask may change a database or open a shell"),
  "drizzle-kit": (call) =>
    /^(generate|check|export|introspect)$/.test(call.args[0]?.text ?? "")
      ? runsTool(call)
      : high("irreversible", "drizzle-kit changes a database"),
  celery: (call) =>
    call.args.some((word) => /^(purge|control|call|shell|multi|amqp|migrate)$/.test(word.text))
      ? high("process", "celery acts on running workers")
      : runsTool(call),
  "django-admin": (call) =>
    /^(startproject|startapp|makemessages|compilemessages|check|version|help)$/.test(
      call.args[0]?.text ?? "",
    )
      ? runsTool(call)
      : high("irreversible", "django-admin may change a database or open a shell"),
  ghc: (call) =>
    call.args.some((word) => /^-(e|fplugin|pgm|F)/.test(word.text))
      ? high("unanalysable", "ghc runs code from its arguments")
      : runsTool(call),
  rustc: (call) =>
    call.args.some((word) => /linker|^@|^-Zcodegen/.test(word.text))
      ? high("unanalysable", "rustc with a program of its own")
      : runsTool(call),
  lerna: (call) =>
    /^(run|list|ls|changed|diff|bootstrap)$/.test(call.args[0]?.text ?? "")
      ? runsTask(call)
      : high("remote", `lerna ${call.args[0]?.text ?? ""} publishes or changes history`),
  ...each("serve http-server live-server", (call) =>
    call.args.some(({ text }) => /(^|[/=])(localhost|127\.0\.0\.1|::1)(:\d+)?$/.test(text))
      ? runsTool(call)
      : high("remote", `${call.name} shows the folder to every machine that reaches this one`),
  ),
  playwright: (call) =>
    call.args[0]?.text === "install"
      ? high("downloaded", "playwright install downloads browsers")
      : runsTool(call),
  "pre-commit": (call) =>
    /^(run|validate-config|validate-manifest|sample-config|--version|--help)$/.test(
      call.args[0]?.text ?? "run",
    )
      ? runsTool(call)
      : high("protected", "pre-commit changes hooks of git, or downloads them"),
  "electron-builder": (call) =>
    call.args.some((word) => /^(-p|--publish)/.test(word.text))
      ? high("remote", "electron-builder publishes")
      : runsTool(call),
  forge: (call) =>
    /^(build|test|fmt|clean|coverage|snapshot|inspect|tree)$/.test(call.args[0]?.text ?? "")
      ? runsTool(call)
      : high("remote", "forge reaches a chain or downloads code"),
  hardhat: (call) =>
    /^(compile|test|clean|coverage|check)$/.test(call.args[0]?.text ?? "")
      ? runsTool(call)
      : high("remote", "hardhat may reach a chain"),
};

const COMPILERS = "gcc g++ cc c++ clang clang++";
/** Options of compilers that start another program or load code into them. */
const COMPILER_RUNS =
  /^(-wrapper|-B|-specs|--specs|-fplugin|-iplugindir|-fuse-ld=.*\/|-fpass-plugin|-Xclang|-load|--config|@|-no-canonical-prefixes|-ld-path|--ld-path|-fprofile-use=\/)/;

const compiles: Judge = (call) => {
  const bad = call.args.find((word) => COMPILER_RUNS.test(word.text));
  return bad === undefined
    ? runsTool(call)
    : high("unanalysable", `${call.name} with ${bad.text}, which can start other programs`);
};

export const project: Table = {
  ...each(TOOLS, runsTool),
  ...each(COMPILERS, compiles),
  ...each(TASK_TOOLS, runsTask),
  ...REACHING,
};
