/** What a test may leave behind: processes that name its folder, and sockets in it. There must be none. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";

interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/** Every process whose command line or environment names `folder`. */
export async function findProcesses(folder: string): Promise<Leftover[]> {
  const names = await readdir("/proc");
  const found = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readProcess));
  return found.flatMap((process) =>
    process !== undefined && `${process.command}\n${process.environment}`.includes(folder)
      ? [{ pid: process.pid, command: process.command }]
      : [],
  );
}

/** Sockets below `folder`, by their paths. */
async function findSockets(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isSocket())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Passes once no process is left; what still runs after `timeout` is ended and reported. */
export async function expectNoProcess(folder: string, timeout = 5_000): Promise<void> {
  try {
    await expect.poll(() => findProcesses(folder), { timeout, interval: 50 }).toEqual([]);
  } finally {
    for (const { pid } of await findProcesses(folder)) endProcess(pid);
  }
}

export async function expectNothingLeft(folder: string, timeout?: number): Promise<void> {
  await expectNoProcess(folder, timeout);
  expect(await findSockets(folder)).toEqual([]);
}

async function readProcess(name: string) {
  const read = (file: string) => readFile(`/proc/${name}/${file}`, "utf8");
  try {
    const [command, environment] = await Promise.all([read("cmdline"), read("environ")]);
    return { pid: Number(name), command: command.replaceAll("\0", " ").trim(), environment };
  } catch {
    // It ended in the meantime, or belongs to somebody else.
    return undefined;
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}
