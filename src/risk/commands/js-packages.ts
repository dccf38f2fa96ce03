/** npm, pnpm, yarn, bun and npx: scripts and lockfile installs are the project's own; the registry, publishing and new packages are not. */
import { type Causes, high, medium, none } from "../assessment.ts";
import { bindManifests } from "../bindings.ts";
import { parseArgs, toSpec } from "../options.ts";
import { judgePlaces } from "../places.ts";
import { type Call, each, odd, type Scene, type Table } from "../scene.ts";
import type { Arg } from "../words.ts";
import { enterFolder } from "./git-folders.ts";
import { judgeNpx } from "./npx.ts";
import { isTool, runs } from "./project.ts";

/** Names of scripts and targets that act outside the checkout whatever they hold. */
export const OUTWARD =
  /(^|[:_.-])(publish|release|deploy|push|upload|install|uninstall|postinstall|provision|destroy|promote|rollout)($|[:_.-])/i;

const OUTWARD_COMMAND =
  /(^|[\s;&|(])(sudo|su|doas|ssh|scp|rsync|sftp|curl|wget|nc|ncat|gh|glab|aws|gcloud|az|kubectl|helm|terraform|docker|podman|vercel|netlify|fly|heroku|firebase|wrangler|git\s+(push|remote|config|reset|clean)|(npm|pnpm|yarn)\s+(publish|unpublish|deprecate|login|token|owner|access|dist-tag)|twine|lerna\s+publish|changeset\s+publish|semantic-release)([\s;&|)]|$)/;

/** A script of package.json: the project's own code, unless its name or its text reaches outside. */
export function judgeScript(name: string, args: readonly Arg[], scene: Scene): Causes {
  if (OUTWARD.test(name))
    return high("remote", `the script ${name} acts outside the checkout by its name`);
  const { scripts } = scene;
  if (name === "env" && scripts?.["env"] === undefined)
    return high("secret", "the script env that npm brings along shows the whole environment");
  const found = [`pre${name}`, name, `post${name}`]
    .map((key) => (scripts !== undefined && Object.hasOwn(scripts, key) ? scripts[key] : undefined))
    .map((body) => OUTWARD_COMMAND.exec(body ?? "")?.[2])
    .find((word) => word !== undefined);
  if (found !== undefined)
    return high("remote", `the script ${name} of package.json runs ${found}`);
  return runs(`the script ${name}`, args, scene);
}

const OPTIONS = toSpec(
  "-s -w: -r -A -F: -C: -D -P -E -O -S -f -d -q -y -p: -c: -B -N -b -W -i --silent --quiet --if-present --workspaces --workspace: --include-workspace-root --ws --no-audit --audit= --no-fund --fund= --prefer-offline --offline --ignore-scripts --frozen-lockfile --no-frozen-lockfile --immutable --json --long --all --depth: --production= --omit: --include: --no-progress --prefix: --dir: --cwd: --recursive --parallel --stream --filter: --loglevel: --legacy-peer-deps --force --no-save --save-dev --save --save-exact --dev --yes --dry-run --package-lock-only --no-package-lock --no-optional --color= --no-color --aggregate-output --reporter: --no-bail --bail= --no-verify --top-level --topological --exclude: --jobs: --prefer-frozen-lockfile --ignore-engines --pure-lockfile --non-interactive --check-files --no-lockfile --verbose --watch --hot --coverage --timeout: --only-production --fix-lockfile --lockfile-only --parseable --scope: --since: --audit-level: --no --no-install --workspace-root --sort --no-sort --if-present --prod --inline-builds --mode: --ignore-platform -v --version --help -h --bun --smol --test-name-pattern: -t: --workspace-concurrency: --no-git-tag-version --git-tag-version= --allow-same-version --preid: --access: --tag:",
);

interface Npm {
  readonly sub: string;
  readonly words: readonly Arg[];
  readonly has: (option: string) => boolean;
  readonly scene: Scene;
  readonly name: string;
}

/** Options stand before and after the sub-command; what follows a script's name is the script's own. */
function judgeManager({ name, args, scene }: Call): Causes {
  const shown = args.map((word) => word.text).join(" ");
  if (/^(ls|list|root|prefix|bin|outdated)( (-g|--global|--depth[= ]\d+|--json))+$/.test(shown))
    return medium("reads", `${name} ${shown} looks at what is installed on this machine`);
  const early = parseArgs(args, { ...OPTIONS, early: true });
  if (early.odd !== undefined) return odd(name, early.odd);
  const [sub, ...rest] = early.operands;
  if (sub?.made !== undefined || sub?.glob === true)
    return odd(name, "a command known only when it runs");
  let there = scene;
  for (const { name: option, value } of early.options) {
    if (!/^(--prefix|--dir|--cwd|-C)$/.test(option)) continue;
    const entered = enterFolder(scene, value);
    if (typeof entered === "string") return high("outside", `${name} in ${entered}`);
    there = { ...there, folders: entered };
    bindManifests(name, there);
  }
  if (early.options.length > 0 && sub !== undefined)
    scene.alias([{ text: name, glob: false }, ...early.operands]);
  if (sub === undefined) {
    const asks = early.options.some((option) => /^(-v|-h|--version|--help)$/.test(option.name));
    return name === "yarn" && !asks ? INSTALL : none;
  }
  const script = judgeScripts({ name, sub: sub.text, rest, scene: there });
  if (script !== undefined) return script;
  if (/^(yarn|pnpm|bun)$/.test(name)) {
    if (isTool(sub.text)) return scene.run([sub, ...rest]);
    const known = scene.scripts !== undefined && Object.hasOwn(scene.scripts, sub.text);
    if (known || SCRIPTS.test(sub.text)) return judgeScript(sub.text, rest, there);
  }
  const parsed = parseArgs(rest, OPTIONS);
  if (parsed.odd !== undefined) return odd(`${name} ${sub.text}`, parsed.odd);
  const options = [...early.options, ...parsed.options];
  const folder = parsed.options.find((option) =>
    /^(--prefix|--dir|--cwd)$/.test(option.name),
  )?.value;
  const entered = folder === undefined ? [] : enterFolder(scene, folder);
  if (typeof entered === "string") return high("outside", `${name} in ${entered}`);
  bindManifests(name, { ...there, folders: entered });
  const has = (option: string) => options.some((other) => other.name === option);
  return judgeSub({ name, sub: sub.text, words: parsed.operands, has, scene: there });
}

interface Script {
  readonly name: string;
  readonly sub: string;
  readonly rest: readonly Arg[];
  readonly scene: Scene;
}

function judgeScripts({ name, sub, rest, scene }: Script): Causes | undefined {
  const passed = rest.filter((word) => word.text !== "--");
  const end = rest.findIndex((word) => word.text === "--");
  const shell = (end < 0 ? rest : rest.slice(0, end)).find((word) =>
    /^--(script-shell|shell|node-options|userconfig|globalconfig|prefix=?(\/|\.\.))/.test(
      word.text,
    ),
  );
  if (shell !== undefined) return odd(`${name} ${sub}`, shell.text);
  switch (sub) {
    case "test":
    case "t":
    case "tst":
      return judgeScript("test", passed, scene);
    case "start":
    case "stop":
    case "restart":
      return judgeScript(sub, passed, scene);
    case "run":
    case "run-script":
    case "rum": {
      const before = parseArgs(rest, { ...OPTIONS, early: true });
      if (before.odd !== undefined) return odd(`${name} run`, before.odd);
      const [script, ...own] = before.operands;
      if (script === undefined) return none;
      if (/[@:]\/\/|\//.test(script.text) && name === "bun")
        return runs(`bun ${script.text}`, rest, scene);
      if (script.made !== undefined) return odd(`${name} run`, "a script known only when it runs");
      return judgeScript(
        script.text,
        own.filter((word) => word.text !== "--"),
        scene,
      );
    }
    case "exec":
    case "x":
      return name === "bun" || sub === "exec" || name === "npm"
        ? judgeNpx({ name: `${name} ${sub}`, args: rest, scene })
        : undefined;
    default:
      return undefined;
  }
}

const INSTALL = [
  ...medium("project-code", "installs what the lockfile pins, and runs its install scripts"),
  ...medium("registry", "asks the registry for it"),
];

function judgeSub(call: Npm): Causes {
  const { name, sub, words, has, scene } = call;
  const shown = `${name} ${sub} ${words.map((word) => word.text).join(" ")}`.trim();
  if (has("-g") || has("--global")) return high("outside", `${shown} changes this machine`);
  const loose = words.find((word) => word.made === "any");
  if (loose !== undefined)
    return high("unanalysable", `${name} ${sub} gets a value known only when it runs`);
  switch (sub) {
    case "ci":
    case "clean-install":
      return INSTALL;
    case "i":
    case "install":
    case "add":
    case "in":
      if (sub !== "add" && words.length === 0) return INSTALL;
      if (sub !== "add" && words.every((word) => /^\.{0,2}\//.test(word.text)))
        return [...INSTALL, ...judgePlaces(scene, words, "read")];
      return high("downloaded", `${shown} downloads code that is not pinned`);
    case "ls":
    case "list":
    case "ll":
    case "la":
    case "why":
    case "explain":
    case "root":
    case "prefix":
    case "bin":
    case "help":
    case "query":
    case "licenses":
      return none;
    case "outdated":
    case "audit":
    case "view":
    case "info":
    case "show":
    case "v":
    case "search":
    case "ping":
    case "fund":
      if (words[0]?.text === "fix")
        return high("downloaded", `${shown} downloads code that is not pinned`);
      return words.some(
        (word) => word.made !== undefined || /[/:]/.test(word.text.replace(/^@[\w.-]+\//, "")),
      )
        ? high("remote", `${shown} reaches another address`)
        : medium("registry", `${shown} asks the registry`);
    case "config":
    case "c":
    case "get":
      if (sub === "get" || /^(get|list|ls)$/.test(words[0]?.text ?? "")) {
        return words.some((word) => /auth|token|password/i.test(word.text))
          ? high("secret", `${shown} shows a secret`)
          : medium("reads", `${shown} shows settings`);
      }
      return high("protected", `${shown} changes what npm runs`);
    case "uninstall":
    case "remove":
    case "rm":
    case "un":
    case "unlink":
    case "prune":
    case "dedupe":
    case "ddp":
    case "rebuild":
    case "rb":
    case "shrinkwrap":
    case "import":
      return medium("project-code", `${shown} changes dependencies of the project`);
    case "pack":
      return [...medium("edit", `${shown} writes a package`), ...judgePlaces(scene, words, "read")];
    case "version":
      return words.length === 0
        ? none
        : medium("edit", `${shown} changes the version, commits and tags it`);
    case "pkg":
      return words[0]?.text === "get" ? none : medium("edit", `${shown} changes package.json`);
    case "init":
    case "create":
      return words.length === 0 && sub === "init"
        ? medium("edit", `${shown} writes package.json`)
        : high("downloaded", `${shown} downloads and runs a package`);
    case "doctor":
    case "whoami":
      return medium("reads", `${shown} asks the registry`);
    default:
      return judgeMore(call, shown);
  }
}

/** Names that projects give to their own scripts; yarn and pnpm run one by its name alone. */
const SCRIPTS =
  /^(build|lint|format|fmt|typecheck|type-check|types|check|coverage|dev|serve|clean|compile|generate|codegen|prepare|e2e|unit|docs|storybook|preview|bench|watch|fix|validate|verify|ci|test)([:.-][\w:.-]+)?$/;

function judgeMore({ name, sub, words, has, scene }: Npm, shown: string): Causes {
  if (sub === "publish" && has("--dry-run") && words.length === 0 && !has("--no"))
    return medium("project-code", `${shown} --dry-run packs, and sends nothing`);
  if (name === "yarn" || name === "pnpm" || name === "bun") {
    if (name === "yarn" && sub === "workspace" && words.length > 1) {
      return judgeManager({ name, args: words.slice(1), scene });
    }
    if (name === "yarn" && sub === "workspaces") {
      if (words[0]?.text === "list") return none;
      if (words[0]?.text === "run" && words[1] !== undefined)
        return judgeScript(words[1].text, words.slice(2), scene);
      if (words[0]?.text === "foreach" && words[1]?.text === "run" && words[2] !== undefined)
        return judgeScript(words[2].text, words.slice(3), scene);
    }
    if (
      /^(dlx|publish|npm|link|unlink|set|plugin|policies|upgrade|up|update|login|logout|owner|tag|team|global|cache|store|env|patch-commit|self-update|setup|server|deploy|upgrade-interactive|create|pm|approve-builds|config)$/.test(
        sub,
      )
    ) {
      return high(
        sub === "dlx" || sub.startsWith("up") ? "downloaded" : "remote",
        `${shown} acts on a registry or this machine`,
      );
    }
    if (name === "bun" && /\.[cm]?[jt]sx?$/.test(sub))
      return runs(`bun ${sub}`, [{ text: sub, glob: false }, ...words], scene);
  }
  const downloads = /^(update|up|upgrade|install-test|it|link|ln|audit)$/.test(sub);
  return high(downloads ? "downloaded" : "remote", `${shown} acts on a registry, or is not known`);
}

export const jsPackages: Table = {
  ...each("npm pnpm yarn bun", judgeManager),
  npx: judgeNpx,
  bunx: judgeNpx,
  pnpx: judgeNpx,
  ...each("corepack nvm fnm volta n", ({ name, args }) =>
    /^(ls|list|current|version|which)$/.test(args[0]?.text ?? "")
      ? none
      : name !== "n" &&
          args[0]?.text === "use" &&
          args.slice(1).every(({ text }) => /^[\w./-]+$/.test(text))
        ? medium("project-code", `${name} use takes a Node that is installed`)
        : high("downloaded", `${name} changes which Node runs`),
  ),
  ...each("mkdirp make-dir-cli", ({ args, scene }) => [
    ...medium("edit", "makes folders"),
    ...judgePlaces(scene, args, "write"),
  ]),
};
