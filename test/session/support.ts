/** What the tests of this room share: temporary folders, and whole programs that are started and always ended. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { openJournal } from "../../src/session/journal.ts";

/** A folder that is removed after the test. */
export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "swarmux-session-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Note {
  readonly type: "note";
  readonly text: string;
}

export function note(text: string): Note {
  return { type: "note", text };
}

/** Writes a journal of that many short lines, a minute apart in time. */
export async function writeJournal(path: string, lines: number): Promise<void> {
  let at = Date.UTC(2026, 0, 1);
  const { journal } = await openJournal<Note>(path, { now: () => (at += 60_000) });
  for (let n = 1; n <= lines; n++) void journal.append(note(`number ${n}`));
  await journal.close();
}

export function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

/** Starts a program that is killed after the test if it still runs. */
export function start(command: string, args: readonly string[]): ChildProcessWithoutNullStreams {
  const child = spawn(command, args, { stdio: "pipe" });
  child.stdout.setEncoding("utf8");
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => process.stderr.write(text));
  onTestFinished(() => kill(child));
  return child;
}

/** Ends a program with `kill -9` and waits until it is gone. */
export async function kill(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** The first thing a program prints, without the newline. */
export async function firstLine(child: ChildProcessWithoutNullStreams): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.includes("\n")) break;
  }
  return text.split("\n")[0] ?? "";
}
