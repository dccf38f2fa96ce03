import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startTimeOf } from "../../src/session/processes.ts";
import { terminalTool } from "../../src/tools/terminal-tool.ts";
import { makeToken } from "../risk/secret-samples.ts";
import { eventually } from "../support/eventually.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

const LONG = 30_000;

async function terminal(work: Workspace, input: Record<string, unknown>): Promise<string> {
  return work.call(terminalTool, { timeout: LONG, ...input });
}

/** A program that asks and answers, and draws over its own lines. */
const ASKS = String.raw`
process.stdout.write("\x1b[2J\x1b[Hname? ");
process.stdin.on("data", (text) => {
  const { columns, rows } = process.stdout;
  process.stdout.write("\x1b[1;1H\x1b[Khello " + String(text).trim() + ", " + columns + "x" + rows + "\r\nnext? ");
});`;

async function openAsking(work: Workspace, size: Record<string, unknown> = {}): Promise<string> {
  work.write({ "ask.js": ASKS });
  return terminal(work, { action: "open", command: "node ask.js", wait_for: "name?", ...size });
}

test("opens a program, types into it and reads its screen as text", async () => {
  const work = createWorkspace();
  expect(await openAsking(work)).toBe("[t1: node ask.js, 80x24, runs]\nname?");
  const typed = { action: "type", terminal_id: "t1", text: "ada", keys: ["Enter"] };
  expect(await terminal(work, { ...typed, wait_for: "next?" })).toBe(
    "[t1: node ask.js, 80x24, runs]\nhello ada, 80x24\nnext?",
  );
  expect(await terminal(work, { action: "read", terminal_id: "t1" })).toContain("hello ada");
  expect(await terminal(work, { action: "close", terminal_id: "t1" })).toBe(
    "[t1: node ask.js, 80x24, runs]\nhello ada, 80x24\nnext?\n[t1 is closed]",
  );
  expect(await work.failure(terminalTool, { action: "read", terminal_id: "t1" })).toContain(
    "There is no terminal t1. Open are: none.",
  );
});

test("has the size that was asked for, and changes it", async () => {
  const work = createWorkspace();
  await openAsking(work, { columns: 40, rows: 10 });
  await terminal(work, { action: "resize", terminal_id: "t1", columns: 60, rows: 12 });
  const typed = { action: "type", terminal_id: "t1", text: "b\n", wait_for: "next?" };
  expect(await terminal(work, typed)).toContain("hello b, 60x12");
});

test("says how a program ended, and what it had drawn", async () => {
  const work = createWorkspace();
  const text = await terminal(work, {
    action: "open",
    command: "printf 'a\\033[31mb\\033[0m\\n'; exit 3",
    wait_for: "ab",
  });
  await eventually(async () => {
    expect(await terminal(work, { action: "read", terminal_id: "t1" })).toMatch(
      /^\[t1: printf .*, 80x24, ended with exit 3\]\nab$/,
    );
  });
  expect(text).toContain("\nab");
  const typed = { action: "type", terminal_id: "t1", text: "x" };
  expect(await work.failure(terminalTool, typed)).toContain("ended with exit 3. Close t1.");
});

test("ends what it has started, whatever group it is in, when the task ends", async () => {
  const work = createWorkspace();
  const command = "set -m; trap '' HUP TERM; sleep 60 & echo $! > pid; wait";
  await terminal(work, { action: "open", command, timeout: 100 });
  const path = join(work.root, "pid");
  await eventually(() => expect(existsSync(path) && readFileSync(path, "utf8")).toMatch(/\d+\n/));
  const pid = Number(readFileSync(path, "utf8"));
  await work.terminals.close();
  await eventually(() => expect(startTimeOf(pid)).toBeUndefined());
});

test("R25: a flood of output ends the program, and three are open at most", async () => {
  const work = createWorkspace();
  await terminal(work, { action: "open", command: "yes flood", timeout: 0 });
  await eventually(
    async () => {
      expect(await terminal(work, { action: "read", terminal_id: "t1", timeout: 0 })).toContain(
        "was stopped: it printed more than 50 MB",
      );
    },
    { interval: 200 },
  );
  await terminal(work, { action: "open", command: "cat", timeout: 0 });
  await terminal(work, { action: "open", command: "cat", timeout: 0 });
  expect(await work.failure(terminalTool, { action: "open", command: "cat" })).toBe(
    "3 terminals are open already: t1, t2, t3. Close one first.",
  );
}, 90_000);

test("R18: a key on the screen is hidden, also one that is wrapped", async () => {
  const work = createWorkspace();
  const token = `ghp_${makeToken(60)}`;
  work.write({ "key.txt": `${token}\n` });
  const command = "cat key.txt; echo end";
  const text = await terminal(work, { action: "open", command, columns: 20, wait_for: "end" });
  expect(text).toContain("[hidden by swarmux: GitHub token.");
  expect(text).not.toContain(token.slice(20, 40));
});

test("a shell runs what is typed line by line, without its own files and history", async () => {
  const work = createWorkspace();
  work.write({ ".bashrc": "echo LOADED" });
  await terminal(work, { action: "open", command: "bash", wait_for: "bash-" });
  const typed = { action: "type", terminal_id: "t1", wait_for: "6 x!y" };
  expect(await terminal(work, { ...typed, text: "echo $((2 * 3)) x!y", keys: ["Enter"] })).toMatch(
    /\n6 x!y\n/,
  );
  expect(await terminal(work, { action: "close", terminal_id: "t1" })).not.toContain("LOADED");
});

test("opening is judged like a command of Bash; reading and closing are nothing", async () => {
  const work = createWorkspace();
  const risk = async (command: string) =>
    (await work.assess(terminalTool, { action: "open", command })).risk;
  expect(await risk("bash")).toBe("MEDIUM");
  expect(await risk("bash x.sh && ssh host")).toBe("HIGH");
  expect(await risk("vim a.ts")).toBe("HIGH");
  expect(await risk("node ask.js")).toBe("MEDIUM");
  await openAsking(work);
  for (const action of ["read", "resize", "close"]) {
    const input = { action, terminal_id: "t1" };
    expect((await work.assess(terminalTool, input)).risk).toBe("LOW");
  }
});

function typing(text: string, keys: string[] = ["Enter"]) {
  return { action: "type", terminal_id: "t1", text, keys };
}

test("what is typed into a shell is judged with all that was typed before", async () => {
  const work = createWorkspace();
  work.write({ "sub/a.txt": "" });
  await terminal(work, { action: "open", command: "bash", wait_for: "bash-" });
  const risk = async (text: string, keys?: string[]) =>
    (await work.assess(terminalTool, typing(text, keys))).risk;
  expect(await risk("ls")).toBe("LOW");
  expect(await risk("touch a")).toBe("MEDIUM");
  expect(await risk("curl https://example.com")).toBe("HIGH");
  expect(await risk("rm -r", [])).not.toBe("LOW");
  expect(await risk("ls\trm")).toBe("HIGH");
  expect(await risk("", ["Up", "Enter"])).toBe("HIGH");
  expect(await risk("\u0016x")).toBe("HIGH");
  expect(await risk("", ["Ctrl-C"])).toBe("LOW");
  expect(await risk("if true")).toBe("HIGH");

  await terminal(work, { ...typing("cd sub") });
  expect(await risk("rm a.txt")).toBe("MEDIUM");
  expect(await risk("rm ../../b.txt")).toBe("HIGH");
  // A line in two parts is one line.
  await terminal(work, { ...typing("cur", []) });
  expect(await risk("l https://example.com")).toBe("HIGH");
  await terminal(work, { ...typing("", ["Ctrl-C"]) });
  expect(await risk("l https://example.com")).toBe("HIGH");
  expect(await risk("ls")).toBe("LOW");
  // What was said yes to once does not make the next line HIGH.
  await terminal(work, { ...typing("ls /home") });
  expect(await risk("ls")).toBe("LOW");
  expect(await risk("ls /root")).toBe("HIGH");
});

test("what is typed into the project's own program is MEDIUM, into any other HIGH; keys alone are nothing", async () => {
  const work = createWorkspace();
  await openAsking(work);
  work.write({ "a.txt": "a\n" });
  await terminal(work, { action: "open", command: "less a.txt", timeout: 0 });
  const risk = async (terminal_id: string, more: Record<string, unknown>) =>
    (await work.assess(terminalTool, { action: "type", terminal_id, ...more })).risk;
  expect(await risk("t1", { text: "ada", keys: ["Enter"] })).toBe("MEDIUM");
  expect(await risk("t1", { keys: ["Down", "Ctrl-C"] })).toBe("LOW");
  expect(await risk("t2", { text: "!rm -rf ." })).toBe("HIGH");
  expect(await risk("t2", { keys: ["PageDown"] })).toBe("LOW");
});

test("refuses what it can't do", async () => {
  const work = createWorkspace();
  await terminal(work, { action: "open", command: "cat", timeout: 0 });
  const failure = (input: Record<string, unknown>) => work.failure(terminalTool, input);
  expect(await failure({ action: "open" })).toBe("open needs a command.");
  expect(await failure({ action: "type", text: "x" })).toBe(
    "type needs the terminal_id that open returned.",
  );
  const t1 = { terminal_id: "t1" };
  expect(await failure({ action: "type", ...t1 })).toContain("nothing to type");
  expect(await failure({ action: "type", ...t1, keys: ["F99"] })).toContain("There is no key F99");
  expect(await failure({ action: "type", ...t1, text: "x".repeat(10_001) })).toContain("at most");
  expect(await failure({ action: "resize", ...t1, columns: 1 })).toContain("2x2 to 300x100");
  expect(await failure({ action: "read", ...t1, timeout: 60_001 })).toContain("0 to 60000");
});
