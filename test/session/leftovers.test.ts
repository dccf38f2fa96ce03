/** What is left of a process that was killed: found by its mark, whatever it did to hide, and ended. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { endLeftovers } from "../../src/session/leftovers.ts";
import {
  coordinatorMark,
  findByMark,
  isMarkOf,
  newWorkerMark,
} from "../../src/session/process-mark.ts";
import { eventually } from "../support/eventually.ts";
import { firstLine, kill, start, tempFolder } from "./support.ts";

/** Starts a process with that mark, which leaves children behind in three ways, and waits. */
async function startFamily(mark: number) {
  const folder = await tempFolder();
  const program = join(folder, "family.ts");
  const keeper = join(import.meta.dirname, "../../src/session/keeper.ts");
  await writeFile(
    program,
    `import { spawn } from "node:child_process";
     import { keepWatch } from ${JSON.stringify(keeper)};
     await keepWatch(${mark});
     const hide = { env: {}, cwd: "/", detached: true, stdio: "ignore" };
     spawn("/bin/sleep", ["600"], { stdio: "ignore" });
     spawn("/bin/sleep", ["600"], hide);
     spawn("/bin/sh", ["-c", "setsid /bin/sleep 600 & setsid /bin/sh -c '/bin/sleep 600 & exit' & exit"], hide)
       .once("exit", () => console.log("ready"));
     setInterval(() => {}, 1_000);`,
  );
  const child = start(process.execPath, [program]);
  await firstLine(child);
  // Itself, its keeper and four that sleep.
  const found = () => findByMark((one) => one === mark);
  await eventually(() => expect(found()).toHaveLength(6));
  return { child, found };
}

test.runIf(process.platform === "linux")(
  "whoever is killed with SIGKILL leaves nobody behind",
  async () => {
    const { child, found } = await startFamily(newWorkerMark("/one"));
    await kill(child);
    await eventually(() => expect(found()).toEqual([]));
  },
);

test.runIf(process.platform === "linux")(
  "leftovers of a session are ended by its mark",
  async () => {
    const { found } = await startFamily(newWorkerMark("/two"));
    const other = { variables: { NOBODY: "has this" }, isMarked: isMarkOf("/three") };
    expect(await endLeftovers(other)).toBe(0);
    expect(found()).toHaveLength(6);
    expect(await endLeftovers({ ...other, isMarked: isMarkOf("/two") })).toBeGreaterThanOrEqual(6);
    expect(found()).toEqual([]);
  },
);

test("marks are a session's own, and its coordinator's is the highest", () => {
  const marks = [coordinatorMark("/a"), newWorkerMark("/a"), newWorkerMark("/a")];
  expect(marks.map(isMarkOf("/a"))).toEqual([true, true, true]);
  expect(marks.map(isMarkOf("/b"))).toEqual([false, false, false]);
  expect(Math.max(...marks)).toBe(marks[0]);
  expect(marks.every(Number.isSafeInteger)).toBe(true);
});
