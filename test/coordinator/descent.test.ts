import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { workerAbove } from "../../src/coordinator/descent.ts";
import { foldTeam } from "../../src/coordinator/evolve.ts";
import type { Team } from "../../src/coordinator/team.ts";
import { AT_WORK, journalOf } from "./support.ts";

/** The team in which `ada` is the process with this id. */
function teamWith(pid: number): Team {
  return foldTeam(journalOf(...AT_WORK, { type: "worker.ready", worker: "ada", pid }));
}

/** Runs sh, which starts sleep and prints its id. */
async function startFamily(script: string, env: Record<string, string> = {}) {
  const child = spawn("sh", ["-c", script], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["pipe", "pipe", "ignore"],
  });
  onTestFinished(() => end(child));
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const grandchild = Number(line);
  onTestFinished(() => endPid(grandchild));
  return { parent: child.pid ?? Number.NaN, grandchild };
}

test("a process below a worker's is that worker's", async () => {
  const { parent, grandchild } = await startFamily("sleep 60 & echo $!; wait");
  expect(workerAbove(teamWith(parent), grandchild)).toBe("ada");
  expect(workerAbove(teamWith(parent), parent)).toBe("ada");
});

test("a process that no worker started descends from nobody", async () => {
  const { grandchild } = await startFamily("sleep 60 & echo $!; wait");
  expect(workerAbove(teamWith(999_999_999), grandchild)).toBeUndefined();
});

test("a process that left its parents behind is told by its environment", async () => {
  // The shell between ends at once, so that the process belongs to the system.
  const orphan = "(sleep 60 & echo $!) </dev/null; read -r _";
  const { grandchild } = await startFamily(orphan, { SWARMUX_WORKER: "ben" });
  expect(workerAbove(teamWith(999_999_999), grandchild)).toBe("ben");
});

test("a process that is gone counts as unknown, and so as nobody's person", async () => {
  const child = spawn("true");
  await once(child, "exit");
  expect(workerAbove(teamWith(999_999_999), child.pid ?? Number.NaN)).toBe("unknown");
});

function end(child: ChildProcess): void {
  child.stdin?.end();
  child.kill("SIGKILL");
}

function endPid(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended with its parent.
  }
}
