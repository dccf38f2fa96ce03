/** Which variables a command line may set: names that no program takes orders from. All others are HIGH. */

import type { Arg } from "./words.ts";

/** Names that programs read only as data. */
const HARMLESS =
  /^(CI|GITHUB_ACTIONS|NODE_ENV|DEBUG|VERBOSE|QUIET|FORCE_COLOR|NO_COLOR|CLICOLOR|CLICOLOR_FORCE|COLUMNS|LINES|LANG|LC_[A-Z]+|TZ|TERM|PORT|HOST|HOSTNAME|RUST_BACKTRACE|RUST_LOG|RUST_TEST_THREADS|PYTHONDONTWRITEBYTECODE|PYTHONUNBUFFERED|PYTHONHASHSEED|PYTHONUTF8|PYTHONIOENCODING|PYTHONWARNINGS|CGO_ENABLED|GOOS|GOARCH|GO111MODULE|UPDATE_SNAPSHOTS?|RAILS_ENV|RACK_ENV|MIX_ENV|APP_ENV|FLASK_ENV|FLASK_APP|FLASK_DEBUG|DJANGO_SETTINGS_MODULE|DJANGO_DEBUG|SOURCE_DATE_EPOCH|NO_UPDATE_NOTIFIER|HUSKY|BROWSERSLIST_IGNORE_OLD_DATA|NEXT_TELEMETRY_DISABLED|TURBO_FORCE|NX_SKIP_NX_CACHE|DATABASE_URL|REDIS_URL|API_URL|BASE_URL|LOG_LEVEL|LOGLEVEL|OMP_NUM_THREADS|CUDA_VISIBLE_DEVICES|TOKENIZERS_PARALLELISM|MPLBACKEND|SPEC_OPTS|GENERATE_SOURCEMAP|NODE_NO_WARNINGS|DEBIAN_FRONTEND|PROFILE|RELEASE|COVERAGE|SEED|WATCH|DRY_RUN|MODE|ENVIRONMENT|STAGE|FEATURE|FEATURES|GIT_TERMINAL_PROMPT|GIT_OPTIONAL_LOCKS|CARGO_TERM_COLOR|CARGO_INCREMENTAL|BABEL_ENV|ESLINT_USE_FLAT_CONFIG|TS_NODE_TRANSPILE_ONLY|TS_NODE_PROJECT|SKIP_ENV_VALIDATION|ANALYZE|DOCKER_BUILDKIT|PIP_DISABLE_PIP_VERSION_CHECK|PIP_NO_INPUT|NPM_CONFIG_LOGLEVEL|UV_NO_PROGRESS|PYTEST_DISABLE_PLUGIN_AUTOLOAD|PYTHONFAULTHANDLER|PYTHONNOUSERSITE|NEXT_RUNTIME|STORYBOOK|SKIP|SILENT|HEADLESS|HEADED)$/;
/** Prefixes of an application's own settings. */
const APPLICATION =
  /^(TEST|JEST|VITEST|VITE|NEXT_PUBLIC|REACT_APP|APP|MY|FOO|E2E|BENCH|DEMO|FEATURE|CYPRESS|PLAYWRIGHT|STORYBOOK|NUXT_PUBLIC|EXPO_PUBLIC|VUE_APP|PUBLIC|LOG)_[A-Z0-9_]+$/;
/** Words that people name a value of their own. */
const OWN_WORDS =
  /^(DIR|FILE|FILES|NAME|NAMES|VERSION|COUNT|OUT|OUTPUT|INPUT|SRC|DEST|DST|TARGET|BASE|BRANCH|COMMIT|HASH|SHA|MSG|MESSAGE|RESULT|RESULTS|STATUS|CODE|RC|RET|URL|TAG|IDX|INDEX|LINE|START|END|TOTAL|SUM|FOO|BAR|BAZ|VAR|VAL|VALUE|DATE|NOW|TODAY|TS|TIMESTAMP|ROOT|PKG|PKGS|ITEM|ITEMS|LIST|ARGS|CMD|TMP|PATTERN|QUERY|TEXT|MAX|MIN|NUM|SIZE|PID|PIDS|I|J|K|N|X|Y|Z|[A-Z])$/;
/** Lower case, without the prefixes that programs read all the same. */
const OWN_NAME =
  /^(?!npm_|http|https|ftp|all_|no_proxy|ld_|git_|dyld_|bash_|histchars$|auto_resume$|command_not_found|perl|python|node_|prefix$)[a-z_][a-z0-9_]*$/;
/** An application's own name in capitals that ends like a plain setting. */
const SETTING =
  /^(?!LD_|DYLD_|GIT_|BASH|PYTHON|PERL|RUBY|NODE_|NPM_|YARN_|JAVA|_JAVA|JDK|MAVEN|GRADLE|SSH_|AWS_|DOCKER_|KUBE|CARGO_|RUSTC|GO|PIP_|UV_|POETRY_|CURL_|SSL_|GPG_|LESS|MAN|PAGER|EDITOR|XDG_|CC_|CXX|LUA_|PHP|TAR_|HTTP|ALL_|MAKE|R_|ELECTRON_|OPENSSL|LIBRARY|MALLOC|GLIBC|GCONV|PROMPT|HIST|COMP|SHELL|ENV)[A-Z][A-Z0-9_]*_(ENV|PORT|HOST|MODE|LEVEL|DEBUG|TIMEOUT|ENABLED|DISABLED|VERSION|NAME|ID|SEED|WORKERS|COUNT|LIMIT|SIZE|COLOR|THREADS|VERBOSE|RETRIES|INTERVAL|FLAG|FORMAT)$/;

/** Names in capitals that scripts give to what they keep. A shell hands them to a program only if it is told to. */
const KEPT =
  /^(?!LD_|DYLD_|GIT_|BASH|PYTHON|PERL|RUBY|NODE_|NPM_|YARN_|BUN_|DENO_|JAVA|_JAVA|JDK|MAVEN|GRADLE|SSH_|AWS_|DOCKER_|KUBE|CARGO_|RUSTC|GO|PIP_|UV_|POETRY_|CURL_|SSL_|GPG_|LESS|MAN|PAGER|EDITOR|XDG_|CC_|CXX|LUA_|PHP|TAR_|HTTP|ALL_|MAKE|R_|ELECTRON_|OPENSSL|LIBRARY|MALLOC|GLIBC|GCONV|PROMPT|HIST|COMP|SHELL|ENV|TF_|ANSIBLE|DOTNET|RIPGREP)([A-Z][A-Z0-9]*_)+(DIRS?|FILES?|ROOT|PIDS?|URL|OUT|OUTPUT|LOGS?|BRANCH|TAG|HASH|SHA|LIST|STATUS|RESULTS?|MSG|MESSAGE|SRC|BASE|CODE|TIME|DATE|START|END|TOTAL|LINES?|VALUE|TEXT|ITEMS?)$|^(DEV|APP|SERVER|CLIENT|WEB|PROJECT|REPO|DIRS|FOUND|MISSING|FAILED|PASSED|ERRORS|PREV|CURRENT|NEXT|LAST|FIRST|NEW|OLD|LOG|LOGS|BODY|DATA|JSON|RESPONSE|CHANGED)$/;

/** Variables with options for a program, and the values of them that start nothing. */
const FLAGS: Readonly<Record<string, RegExp>> = {
  GOFLAGS:
    /^(-(mod=(mod|vendor|readonly)|count=\d+|race|v|short|trimpath|buildvcs=(true|false|auto)|tags=[\w,]+|p=\d+)( |$))+$/,
  NODE_OPTIONS:
    /^(--(max[-_]old[-_]space[-_]size=\d+|no-warnings|enable-source-maps|experimental-vm-modules|trace-warnings|trace-deprecation|openssl-legacy-provider|experimental-strip-types|stack-trace-limit=\d+|no-deprecation|unhandled-rejections=\w+|dns-result-order=\w+|expose-gc)( |$))+$/,
  MAKEFLAGS: /^(-?[jks]\d*|-j ?\d+|--(no-print-directory|silent|keep-going))$/,
  PYTEST_ADDOPTS: /^(-(q|v+|x|s|ra|n ?\w+)|--(color=\w+|tb=\w+|maxfail=\d+|no-header)| )+$/,
  ...Object.fromEntries(
    ["PAGER", "GIT_PAGER", "MANPAGER", "SYSTEMD_PAGER"].map((name) => [name, /^(cat)?$/]),
  ),
  ...Object.fromEntries(
    ["EDITOR", "VISUAL", "GIT_EDITOR", "GIT_SEQUENCE_EDITOR"].map((name) => [name, /^(true|:)$/]),
  ),
  ...Object.fromEntries(
    ["CC", "CXX"].map((name) => [name, /^(gcc|g\+\+|clang|clang\+\+|cc|c\+\+)(-\d+)?$/]),
  ),
  RUSTFLAGS: /^(-(D|W|A) ?\w+| )+$/,
};

/** `PYTHONPATH=src`: modules of the checkout are the project's own. */
const MODULE_PATHS = /^(PYTHONPATH|RUBYLIB|PERL5LIB)$/;

/** Whether a literal value makes an order of a harmless kind. */
export function isPlainValue(name: string, { text: value, glob, made }: Arg): boolean {
  if (glob || made !== undefined) return false;
  if (MODULE_PATHS.test(name))
    return value
      .split(":")
      .every((path) => /^(\.|(\.\/)?(?!\.)[\w-]+(\/(?!\.)[\w-]+)*\/?)$/.test(path));
  return FLAGS[name]?.test(value) ?? false;
}

/** `command`: set for one program (`A=b make`) or exported; `shell`: set in the shell, which exports it if it was exported before. */
export function assignmentOf(name: string, where: "command" | "shell"): "plain" | "dangerous" {
  if (HARMLESS.test(name) || APPLICATION.test(name) || SETTING.test(name) || OWN_WORDS.test(name))
    return "plain";
  // In lower case a name is the command line's own, but for one program it may still be an order.
  if (where === "shell" && (OWN_NAME.test(name) || KEPT.test(name))) return "plain";
  return "dangerous";
}
