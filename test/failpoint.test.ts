import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { armFailpoint, FAILPOINTS, markOf } from "../src/failpoint.ts";

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "failpoint-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A worker's process that passes a place three times: what it said, and what ended it. */
function pass(folder: string, wanted: string | undefined) {
  const program = join(import.meta.dirname, "fixtures/failpoint/passes.ts");
  const env = { PATH: process.env["PATH"], ...(wanted === undefined ? {} : { FAILPOINT: wanted }) };
  const { stdout, signal } = spawnSync(process.execPath, [program, folder], {
    encoding: "utf8",
    env,
  });
  return { said: stdout, signal };
}

test("kills the process at the passage that was asked for, and no other", async () => {
  const place = "worker.tool.after-effect";
  expect(pass(await makeFolder(), undefined)).toEqual({ said: "123", signal: null });
  expect(pass(await makeFolder(), `${place}@2`)).toEqual({ said: "1", signal: "SIGKILL" });
  expect(pass(await makeFolder(), place)).toEqual({ said: "", signal: "SIGKILL" });
  expect(pass(await makeFolder(), `${place}@4`)).toEqual({ said: "123", signal: null });
  expect(pass(await makeFolder(), "worker.tool.before-effect")).toEqual({
    said: "123",
    signal: null,
  });
  expect(pass(await makeFolder(), "coordinator.tool.after-effect")).toEqual({
    said: "123",
    signal: null,
  });
});

test("does what it was told to do last", async () => {
  const folder = await makeFolder();
  pass(folder, "worker.journal.half-append");
  expect(await readFile(join(folder, "last"), "utf8")).toBe("done");
});

test("fires once a session: who comes after the one that died lives", async () => {
  const folder = await makeFolder();
  expect(existsSync(markOf(folder, "worker"))).toBe(false);
  expect(pass(folder, "worker.tool.after-effect@2").signal).toBe("SIGKILL");
  expect(pass(folder, "worker.tool.after-effect@2")).toEqual({ said: "123", signal: null });
  expect(existsSync(markOf(folder, "worker"))).toBe(true);
});

test("takes one for each side", async () => {
  const both = "coordinator.git.after-move,worker.tool.after-effect@3";
  expect(pass(await makeFolder(), both)).toEqual({ said: "12", signal: "SIGKILL" });
});

test("refuses a name that there is none of", () => {
  for (const wanted of ["worker.tool.after", "tool.after-effect", "worker.git.after-move", "@1"]) {
    expect(() => armFailpoint("worker", { folder: "/", wanted })).toThrow("names no place");
  }
  expect(FAILPOINTS).toContain("coordinator.git.after-move");
});
