/**
 * Failpoints: places where a test lets a process be killed. `FAILPOINT=worker.tool.after-effect@2` ends the first
 * worker's process that passes that place a second time, by SIGKILL, once a session: a mark file in the session's folder
 * says that it happened, so that whoever is started after it lives. A comma joins one for each side. Without the variable a
 * passage does nothing.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SwarmError } from "./errors.ts";

const PROCESSES = ["coordinator", "worker"] as const;
type ProcessName = (typeof PROCESSES)[number];

const BOTH: readonly ProcessName[] = PROCESSES;
const COORDINATOR: readonly ProcessName[] = ["coordinator"];
const WORKER: readonly ProcessName[] = ["worker"];

/** Every place, and the processes that pass it. */
const PLACES = {
  /** A batch of lines: nothing written, half of its bytes written, all written and not synced, synced and not acknowledged. */
  "journal.before-append": BOTH,
  "journal.half-append": BOTH,
  "journal.after-append": BOTH,
  "journal.after-sync": BOTH,
  /** A numbered body is about to go out. */
  "wire.before-send": BOTH,
  /** A numbered body is taken in; nothing of it is on disk. */
  "wire.before-handle": BOTH,
  /** Its effect is on disk; nobody has been told. */
  "wire.before-ack-send": BOTH,
  /** An acknowledgement has come; it is not counted, or counted. */
  "wire.before-ack": BOTH,
  "wire.after-ack": BOTH,
  /** A tool call: before its intent is recorded, on both sides of its effect, and after its outcome is on disk. */
  "tool.before-intent": BOTH,
  "tool.before-effect": BOTH,
  "tool.after-effect": BOTH,
  "tool.after-outcome": BOTH,
  /** The new text of a file stands beside it; it is not in its place yet. */
  "tool.half-write": WORKER,
  /** The model has answered; its answer is not recorded, or it is. */
  "model.before-bill": BOTH,
  "model.before-answer": BOTH,
  "model.after-answer": BOTH,
  /** A task's checkout: not there, made and not noted as such, made and not said. */
  "git.before-checkout": COORDINATOR,
  "git.half-checkout": COORDINATOR,
  "git.after-checkout": COORDINATOR,
  /** Reported work: not committed, committed and not said. */
  "git.before-commit": COORDINATOR,
  "git.after-commit": COORDINATOR,
  /** The merge: before the rebase, after it, and checked; the pack is over; the branch has moved; the merge is said, the task's end is not. */
  "git.before-rebase": COORDINATOR,
  "git.after-rebase": COORDINATOR,
  "git.before-move": COORDINATOR,
  "git.half-move": COORDINATOR,
  "git.after-move": COORDINATOR,
  "git.merge-said": COORDINATOR,
  /** Work that goes back: its checkout stands where it was, on the new head without the change, on it with the change. */
  "git.before-return": COORDINATOR,
  "git.half-return": COORDINATOR,
  "git.after-return": COORDINATOR,
} as const satisfies Readonly<Record<string, readonly ProcessName[]>>;

type Place = keyof typeof PLACES;

/** The names that `FAILPOINT` takes, without the count. */
export const FAILPOINTS: readonly string[] = PROCESSES.flatMap((who) =>
  Object.entries(PLACES).flatMap(([place, passing]) =>
    passing.some((one) => one === who) ? [`${who}.${place}`] : [],
  ),
);

interface Armed {
  readonly place: string;
  readonly mark: string;
  /** Passages until it fires. */
  left: number;
}

let armed: Armed | undefined;

/** Reads `FAILPOINT` on behalf of this process. Throws `SwarmError` for a name that there is none of. */
export function armFailpoint(
  who: ProcessName,
  { folder, wanted }: { readonly folder: string; readonly wanted: string | undefined },
): void {
  armed = undefined;
  for (const one of wanted?.split(",") ?? []) {
    const [, name = "", count] = /^(.+?)(?:@([1-9]\d*))?$/.exec(one) ?? [];
    if (!FAILPOINTS.includes(name)) {
      throw new SwarmError("usage", `FAILPOINT: ${one} names no place in this program.`, {
        mend: "unset FAILPOINT",
      });
    }
    if (!name.startsWith(`${who}.`)) continue;
    const place = name.slice(who.length + 1);
    armed = { place, left: Number(count ?? 1), mark: markOf(folder, who) };
  }
}

/** The file that says that the failpoint of this side has fired in the session of that folder. */
export function markOf(folder: string, who: ProcessName): string {
  return join(folder, `failpoint.${who}`);
}

/** A passage. Where it is the one that was asked for, `last` is done and the process ends there and then. */
export function failpoint(place: Place, last?: () => void): void {
  if (armed === undefined || armed.place !== place) return;
  armed.left -= 1;
  if (armed.left > 0) return;
  const { mark } = armed;
  armed = undefined;
  try {
    writeFileSync(mark, `${place}\n`, { flag: "wx", mode: 0o600 });
  } catch {
    // It has fired in this session.
    return;
  }
  last?.();
  process.kill(process.pid, "SIGKILL");
  // The signal may reach another thread first.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
