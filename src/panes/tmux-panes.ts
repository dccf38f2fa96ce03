/** The panes of our own tmux server: what is there, where a new one goes, and how a window is laid out. */
import { constants } from "node:os";
import { escape, literal, sequence, TMUX_SESSION, type Tmux, tmuxFailure } from "./tmux.ts";

/** One pane. `worker` is null for panes that are not a worker's. */
export interface Pane {
  readonly pane: string;
  readonly window: string;
  readonly pid: number;
  readonly worker: string | null;
  readonly coordinator: boolean;
  readonly dead: boolean;
  readonly code: number | null;
  readonly signal: string | null;
  readonly zoomed: boolean;
}

/** More would leave too few lines for each. */
const WORKERS_A_WINDOW = 4;

// Each field has a letter in front, so that none is empty; the worker's name is encoded and has no blank.
const FORMAT = [
  "#{pane_id}",
  "#{window_id}",
  "#{pane_pid}",
  "d#{pane_dead}",
  "s#{pane_dead_status}",
  "g#{pane_dead_signal}",
  "z#{window_zoomed_flag}",
  "c#{@swarmux_coordinator}",
  "w#{@swarmux_worker}",
].join(" ");

export const LIST_PANES: readonly string[] = ["list-panes", "-a", "-F", FORMAT];

/** Reads what `LIST_PANES` printed, in the order of windows and of panes in them. */
export function parsePanes(text: string): Pane[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map(parsePane);
}

function parsePane(line: string): Pane {
  const [pane = "", window = "", pid, dead, status, signal, zoomed, coordinator, worker] =
    line.split(" ");
  return {
    pane,
    window,
    pid: Number(pid),
    worker: worker === undefined || worker === "w" ? null : decodeURIComponent(worker.slice(1)),
    coordinator: coordinator === "c1",
    dead: dead === "d1",
    code: status === undefined || status === "s" ? null : Number(status.slice(1)),
    signal: signal === undefined || signal === "g" ? null : signalName(signal.slice(1)),
    zoomed: zoomed === "z1",
  };
}

/** tmux gives a number or a name without `SIG`, by its version. */
function signalName(text: string): string {
  const number = Number(text);
  if (Number.isNaN(number)) return text.startsWith("SIG") ? text : `SIG${text}`;
  const known = Object.entries(constants.signals).find(([, value]) => value === number);
  return known?.[0] ?? `SIG${number}`;
}

/** How a worker's name is kept in the option `@swarmux_worker`. */
export function encodeWorker(worker: string): string {
  return encodeURIComponent(worker);
}

export interface PaneProgram {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** The tail of every command that opens a pane. tmux gives a single word to a shell, so one is run through `env`. */
export function paneCommand({ argv, env, cwd }: PaneProgram): string[] {
  const words = argv.length === 1 ? ["/usr/bin/env", "--", ...argv] : argv;
  const values = Object.entries(env).flatMap(([name, value]) => [
    "-e",
    literal(`${name}=${value}`),
  ]);
  return ["-c", escape(cwd), ...values, "--", ...words.map(literal)];
}

export interface OpenedPane {
  readonly pane: string;
  readonly pid: number;
}

/** Opens a pane beside the others: in the first window that has room, else in a new one. */
export async function openPane(
  tmux: Tmux,
  panes: readonly Pane[],
  program: PaneProgram,
): Promise<OpenedPane> {
  const command = ["-P", "-F", "#{pane_id} #{pane_pid}", ...paneCommand(program)];
  for (const members of windowsOf(panes)) {
    const last = members.at(-1);
    if (last === undefined || workersIn(members) >= WORKERS_A_WINDOW) continue;
    const direction = last.worker === null ? "-h" : "-v";
    const split = ["split-window", "-d", "-Z", direction, "-t", last.pane, ...command];
    const answer = await tmux.attempt(split);
    if (answer.ok) {
      await layOut(tmux, members);
      return parseOpened(answer.text);
    }
    if (!answer.text.includes("no space for new pane")) throw tmuxFailure(split, answer.text);
  }
  const another = ["new-window", "-d", "-n", "workers", "-t", `=${TMUX_SESSION}:`];
  const opened = await tmux.run([...another, ...command]);
  return parseOpened(opened);
}

function parseOpened(text: string): OpenedPane {
  const [pane = "", pid] = text.trim().split(" ");
  return { pane, pid: Number(pid) };
}

function windowsOf(panes: readonly Pane[]): Pane[][] {
  return [...Map.groupBy(panes, (pane) => pane.window).values()].filter(isOurs);
}

/** A window that the person opened in our server is left alone. */
function isOurs(members: readonly Pane[]): boolean {
  return members.some((pane) => pane.coordinator || pane.worker !== null);
}

function workersIn(members: readonly Pane[]): number {
  return members.filter((pane) => pane.worker !== null).length;
}

/** Puts the window of these panes in order: the coordinator on the left, or workers as tiles. A zoomed pane stays zoomed. */
async function layOut(tmux: Tmux, members: readonly Pane[]): Promise<void> {
  const [first] = members;
  if (first === undefined) return;
  const layout = members.some((pane) => pane.coordinator) ? "main-vertical" : "tiled";
  const zoom = first.zoomed ? [["resize-pane", "-Z", "-t", first.window]] : [];
  // The window is gone when its last pane was closed in the meantime.
  await tmux.attempt(sequence([["select-layout", "-t", first.window, layout], ...zoom]));
}

/** Closes a pane and gives its room to the others of its window. */
export async function closePane(tmux: Tmux, pane: string, panes: readonly Pane[]): Promise<void> {
  await tmux.attempt(["kill-pane", "-t", pane]);
  const window = panes.find((each) => each.pane === pane)?.window;
  const members = panes.filter((each) => each.window === window && each.pane !== pane);
  await layOut(tmux, members);
}
