/**
 * Makes docs/screens/*.png from real sessions: each is shown by an outer tmux as a person would see it, captured with its
 * colours, drawn as SVG and turned into PNG. Needs tmux and rsvg-convert (Debian: librsvg2-bin, fonts-dejavu-core, fonts-freefont-ttf).
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { drawScreen, type Scheme } from "./draw-screen.ts";

const root = join(import.meta.dirname, "..");
const target = join(root, "docs", "screens");
/** How long a screen may take to show what is waited for. */
const PATIENCE_MS = 180_000;
const MODULES = ["storage", "cart", "checkout", "shipping", "invoice", "search", "account", "mail"];

interface Look {
  readonly columns: number;
  readonly rows: number;
  readonly scheme: Scheme;
  /** Stands behind the names of the pictures. */
  readonly suffix: string;
}

const LOOKS: readonly Look[] = [
  { columns: 170, rows: 46, scheme: "dark", suffix: "" },
  { columns: 170, rows: 46, scheme: "light", suffix: "-light" },
  { columns: 80, rows: 24, scheme: "dark", suffix: "-80x24" },
];

const folder = mkdtempSync(join(tmpdir(), "shop-"));
const socket = join(folder, "outer.sock");
const goFile = join(folder, "go");
const env = {
  ...process.env,
  TMUX: undefined,
  // Where this was run is nobody's business: the command stands on the screen by its name alone.
  PATH: `${join(root, "bin")}:${process.env["PATH"]}`,
  TMPDIR: folder,
  SWARMUX_STATE_DIR: join(folder, "state"),
  SWARMUX_SCENARIO: join(root, "scripts/screens-scenario.ts"),
  GO_FILE: goFile,
};

function tmux(...args: string[]): string {
  return execFileSync("tmux", ["-S", socket, "-f", "/dev/null", ...args], {
    env,
    encoding: "utf8",
  });
}

async function until(shown: RegExp): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!shown.test(tmux("capture-pane", "-p"))) {
    if (Date.now() > end) {
      throw new Error(`nothing like ${shown} was shown:\n${tmux("capture-pane", "-p")}`);
    }
    await sleep(100);
  }
  // What was begun is drawn to its end.
  await sleep(700);
}

function keep(name: string, { columns, rows, scheme, suffix }: Look): void {
  const text = tmux("capture-pane", "-e", "-p");
  const svg = join(folder, `${name}.svg`);
  writeFileSync(svg, drawScreen(text, { columns, rows, scheme }));
  execFileSync("rsvg-convert", ["--output", join(target, `${name}${suffix}.png`), svg]);
  process.stderr.write(`docs/screens/${name}${suffix}.png\n`);
}

/** A small shop, whose modules answer with callbacks. */
function makeShop(): string {
  const shop = mkdtempSync(join(folder, "repository-"));
  const files = [
    ...MODULES.map((name) => [
      `src/${name}.js`,
      `import { load } from "./load.js";\n\nexport function ${name}(id, done) {\n  load(id, (error, value) => done(error, value));\n}\n`,
    ]),
    ["src/load.js", "export const load = (id, done) => done(null, id);\n"],
    [".husky/pre-commit", "#!/bin/sh\nset -e\nnpm test\n"],
    ["package.json", '{ "name": "shop", "type": "module" }\n'],
  ] as const;
  for (const [path = "", text = ""] of files) {
    mkdirSync(join(shop, path, ".."), { recursive: true });
    writeFileSync(join(shop, path), text);
  }
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Me", "-c", "user.email=me@localhost", ...args], {
      cwd: shop,
      env,
      stdio: "ignore",
    });
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "--message=The shop");
  return shop;
}

/** One session from its plan to its summary. */
async function playSession(look: Look): Promise<void> {
  const { columns, rows, scheme, suffix } = look;
  rmSync(goFile, { force: true });
  const session = `shop${suffix}`;
  const command = `swarmux run --offline --workers 8 --budget 5 --check 'node --check src/load.js' --session ${session} 'move the shop from callbacks to promises'`;
  tmux("new-session", "-d", "-x", String(columns), "-y", String(rows), "-c", makeShop(), "sh");
  tmux("set", "-g", "status", "off");
  tmux("set", "-g", "default-terminal", "tmux-256color");
  const background = scheme === "light" ? "0;15" : "15;0";
  tmux("send-keys", `clear; COLORFGBG='${background}' ${command}`, "Enter");
  await until(/plan waits/);
  tmux("send-keys", "Tab");
  await until(/1 yes/);
  if (suffix === "") keep("plan", look);
  tmux("send-keys", "1");
  await until(/waits for you: press Tab/);
  await until(/(?:✗|failed).*mail/);
  keep("eight-workers", look);
  tmux("send-keys", "Tab");
  await until(/1 approve/);
  keep("gate", look);
  if (suffix === "") {
    tmux("send-keys", "Tab", "!");
    await until(/problems only/);
    keep("problems", look);
    tmux("send-keys", "!", "Tab", "Tab", "Tab");
    await until(/1 approve/);
    tmux("send-keys", "1");
  } else tmux("send-keys", "2");
  writeFileSync(goFile, "");
  await until(/^cost /m);
  if (suffix !== "-80x24") keep("summary", look);
  tmux("kill-server");
}

mkdirSync(target, { recursive: true });
try {
  for (const look of LOOKS) await playSession(look);
} finally {
  spawn("tmux", ["-S", socket, "kill-server"], { stdio: "ignore" });
  await sleep(1_500);
  rmSync(folder, { recursive: true, force: true });
}
