/**
 * Makes docs/screens/*.png from real sessions: each is shown by an outer tmux as a person would see it, captured with its
 * colours, drawn as SVG and turned into PNG. Needs tmux and rsvg-convert (Debian: librsvg2-bin, fonts-dejavu-core, fonts-freefont-ttf).
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { drawScreen } from "./draw-screen.ts";

const root = join(import.meta.dirname, "..");
const target = join(root, "docs", "screens");
const COLUMNS = 160;
const ROWS = 45;
/** How long a screen may take to show what is waited for. */
const PATIENCE_MS = 120_000;

const folder = mkdtempSync(join(tmpdir(), "swarmux-screens-"));
const socket = join(folder, "outer.sock");
const env = { ...process.env, TMUX: undefined, SWARMUX_SCENARIO: undefined, TMPDIR: folder };

function tmux(...args: string[]): string {
  return execFileSync("tmux", ["-S", socket, "-f", "/dev/null", ...args], {
    env,
    encoding: "utf8",
  });
}

/** Starts a command in an outer tmux of the pictures' size. */
function open(command: string): void {
  tmux("new-session", "-d", "-x", String(COLUMNS), "-y", String(ROWS), command);
  tmux("set", "-g", "status", "off");
  tmux("set", "-g", "default-terminal", "tmux-256color");
}

function screen(): string {
  return tmux("capture-pane", "-e", "-p");
}

async function until(shown: RegExp): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!shown.test(tmux("capture-pane", "-p"))) {
    if (Date.now() > end) throw new Error(`nothing like ${shown} was shown:\n${screen()}`);
    await sleep(100);
  }
}

/** Where this was run is nobody's business. */
function withoutPaths(text: string): string {
  return text.replaceAll(folder, "/tmp").replaceAll(root, "~/swarmux");
}

function keep(name: string): void {
  const svg = join(folder, `${name}.svg`);
  writeFileSync(svg, drawScreen(withoutPaths(screen()), { columns: COLUMNS, rows: ROWS }));
  execFileSync("rsvg-convert", ["--output", join(target, `${name}.png`), svg]);
  process.stderr.write(`docs/screens/${name}.png\n`);
}

mkdirSync(target, { recursive: true });
try {
  const bin = join(root, "bin", "swarmux");
  // A plan that waits for its yes, on the demo's sample repository.
  execFileSync(bin, ["demo", "--headless", "--fast"], { env, stdio: "ignore" });
  const sample = execFileSync("sh", ["-c", `ls -d ${folder}/swarmux-demo-*/shop`], {
    encoding: "utf8",
  }).trim();
  const state = `SWARMUX_STATE_DIR=${join(folder, "state")}`;
  open(
    `cd ${sample} && env ${state} ${bin} run --offline --check 'node --test' --session plan 'rename assert to check'; sleep 60`,
  );
  await until(/plan waits/);
  tmux("send-keys", "Tab");
  await until(/1 yes/);
  keep("plan");
  // The team would go on without the terminal that showed it.
  execFileSync("sh", ["-c", `cd ${sample} && env ${state} ${bin} stop --session plan`], { env });
  await sleep(3_000);
  tmux("kill-server");

  open(`env TMPDIR=${folder} ${bin} demo; sleep 60`);
  await until(/(?:Edit|Read|Grep)[^]*(?:Edit|Read|Grep)[^]*(?:Edit|Read|Grep)/);
  await sleep(1_500);
  keep("four-workers");
  await until(/waits for you/);
  tmux("send-keys", "Tab");
  await until(/1 approve/);
  keep("gate");
  tmux("send-keys", "Escape");
  await until(/take it: swarmux accept/);
  keep("summary");
} finally {
  spawn("tmux", ["-S", socket, "kill-server"], { stdio: "ignore" });
  await sleep(1_500);
  rmSync(folder, { recursive: true, force: true });
}
