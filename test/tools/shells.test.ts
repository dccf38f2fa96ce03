/** The sandbox that stands ready for the next command: the same as one that is put up for it, and gone when it should be. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createShells } from "../../src/tools/shells.ts";
import { createSandboxed, put } from "../risk/sandboxed.ts";
import { eventually } from "../support/eventually.ts";
import { needSandbox } from "../support/needs-sandbox.ts";
import { createWorkspace } from "./workspace.ts";

needSandbox();

/** Bubblewrap processes that this one has started and that are alive, by pid. */
function standing(): readonly number[] {
  const rows = execFileSync("ps", ["-o", "pid=,stat=,comm=", "--ppid", String(process.pid)], {
    encoding: "utf8",
  });
  return [...rows.matchAll(/^\s*(\d+)\s+[^Z]\S*\s+bwrap$/gm)].map(([, pid]) => Number(pid));
}

/** Without the numbers that are new each time. */
const plain = (text: string) => text.replaceAll(/(pipe|socket):\[\d+\]|\/proc\/\d+/g, "$1");

const LOOK =
  "env | sort; ulimit -a; ls -l /proc/self/fd | sed 's/.* //'; pwd; id; cat; echo $0 $# $-";

test("the next command finds what the first one found", async () => {
  const box = await createSandboxed();
  const first = await box.run(LOOK);
  expect(standing()).toHaveLength(1);
  const next = await box.run(LOOK);
  expect(plain(next.output)).toBe(plain(first.output));
  expect(next.exit).toBe(0);
});

test("the next command is run by the sandbox that stood ready, once", async () => {
  const box = await createSandboxed();
  await box.run("true");
  const ready = standing();
  const run = box.run("sleep 0.3; echo x >> runs.txt");
  expect(standing()).toEqual(ready);
  await run;
  const next = standing();
  expect(next).toHaveLength(1);
  expect(next).not.toEqual(ready);
  expect(readFileSync(join(box.checkout, "runs.txt"), "utf8")).toBe("x\n");
});

test.each([
  ["several lines", "cat <<'A'\none $x\n\nA\nprintf 'two\\n'\n", "one $x\n\ntwo\n"],
  [
    "quotes and signs",
    String.raw`printf '%s\n' "a'b" 'c"d' \\ '$(x)' é😀`,
    "a'b\nc\"d\n\\\n$(x)\né😀\n",
  ],
  ["begins with a dash", "-x 2>/dev/null || echo no", "no\n"],
  ["long", `echo ${"x".repeat(20_000)} | wc -c`, "20001\n"],
])("hands a command over as it is: %s", async (_, command, output) => {
  const box = await createSandboxed();
  await box.run("true");
  expect((await box.run(command)).output).toBe(output);
});

test("what has come to be since is locked for the next command", async () => {
  const box = await createSandboxed();
  await box.run("true");
  const ready = standing();
  await put(box.checkout, { ".vscode/settings.json": "{}\n", ".claude/a.json": "{}\n" });
  const end = await box.run("echo x > .vscode/settings.json; echo x > .claude/a.json");
  expect(end.output.match(/Read-only file system/g)).toHaveLength(2);
  expect(standing()).not.toEqual(ready);
});

test("dependencies that were installed anew are there for the next command", async () => {
  const box = await createSandboxed({ ".gitignore": "node_modules\n" }, (repo) =>
    put(repo, { "node_modules/dep/index.js": 'module.exports = "old";\n' }),
  );
  const look = `node -p 'require("dep")'`;
  expect((await box.run(look)).output).toBe("old\n");
  renameSync(join(box.repo, "node_modules"), join(box.repo, "gone"));
  await put(box.repo, { "node_modules/dep/index.js": 'module.exports = "new";\n' });
  expect((await box.run(look)).output).toBe("new\n");
});

test("a sandbox that died while it waited is replaced", async () => {
  const box = await createSandboxed();
  await box.run("true");
  for (const pid of standing()) process.kill(pid, "SIGKILL");
  await eventually(() => expect(standing()).toEqual([]));
  const end = await box.run("echo here");
  expect([end.exit, end.output]).toEqual([0, "here\n"]);
});

test("at rest nothing stands, and nothing is left in the checkout", async () => {
  const box = await createSandboxed();
  const before = readdirSync(box.checkout);
  await box.run("true");
  expect(standing()).toHaveLength(1);
  await box.shells.rest();
  expect(standing()).toEqual([]);
  expect(readdirSync(box.checkout)).toEqual(before);
  await box.shells.rest();
});

test("a checkout whose git folder is gone is said to the command, not before", async () => {
  const box = await createSandboxed();
  const end = await box.run("true");
  expect(end.exit).toBe(0);
  renameSync(join(box.checkout, ".git"), join(box.checkout, "moved"));
  writeFileSync(join(box.checkout, ".git"), "gitdir: elsewhere\n");
  await expect(box.run("true")).rejects.toThrow(/is not a folder any more/);
});

test("without a sandbox nothing is put up in advance", async () => {
  const { context } = createWorkspace();
  const shells = createShells(context.root, context.enclosure);
  const { child, attendant } = await shells.start("true", context.enclosure);
  await new Promise((resolve) => child.once("exit", resolve));
  attendant.leave();
  const children = execFileSync("ps", ["-o", "comm=", "--ppid", String(process.pid)], {
    encoding: "utf8",
  });
  expect(children).not.toMatch(/bash|bwrap/);
  expect(existsSync(context.root)).toBe(true);
});
