/** The sandbox around real commands in a real checkout. That each promise holds is in `test/cli/prove-sandbox.test.ts`. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { needSandbox } from "../support/needs-sandbox.ts";
import { createSandboxed, put, sh } from "./sandboxed.ts";

needSandbox();

const last = (output: string) => output.trimEnd().split("\n").at(-1);

test("tests, git and a server on loopback work, and what they write stays", async () => {
  const box = await createSandboxed({
    "package.json": '{ "name": "x", "scripts": { "test": "node --test" } }\n',
    "a.test.js": `const { test } = require("node:test");
const http = require("node:http");
test("a server", (_, done) => {
  const server = http.createServer((_, answer) => answer.end("x")).listen(0, "127.0.0.1", () => {
    http.get({ port: server.address().port, host: "127.0.0.1" }, (answer) => {
      answer.resume();
      server.close();
      done();
    });
  });
});
`,
  });
  const end = await box.run(
    "npm test && python3 -c 'print(1)' && git add -A && git commit -qm two --allow-empty && echo made > made.txt && git status --short",
  );
  expect([end.exit, last(end.output)]).toEqual([0, "?? made.txt"]);
  expect(readFileSync(join(box.checkout, "made.txt"), "utf8")).toBe("made\n");
  expect(sh(box.checkout, "log", "--format=%s", "-1")).toBe("two");
});

test("dependency folders can be read and not changed, and a workspace's packages are the checkout's", async () => {
  const { run, checkout, repo } = await createSandboxed(
    { ".gitignore": "node_modules\n.venv\n", "packages/one/index.js": 'module.exports = "old";\n' },
    async (folder) => {
      await put(folder, {
        "node_modules/dep/index.js": 'module.exports = "dep";\n',
        ".venv/lib/x": "x\n",
      });
      symlinkSync("../packages/one", join(folder, "node_modules/one"));
    },
  );
  await put(checkout, { "packages/one/index.js": 'module.exports = "new";\n' });
  const end = await run(
    `node -p 'require("dep") + require("one")'; cat .venv/lib/x; echo x > node_modules/dep/index.js; echo x > .venv/lib/x; mkdir node_modules/.cache && echo cached; ls ${JSON.stringify(repo)}`,
  );
  expect(end.output.split("\n").slice(0, 2)).toEqual(["depnew", "x"]);
  expect(end.output).toContain("cached");
  expect(end.output.match(/Read-only file system/g)).toHaveLength(2);
  expect(readFileSync(join(repo, "node_modules/dep/index.js"), "utf8")).toContain("dep");
});

test("a command that tries to move the person's main or to delete their objects changes nothing", async () => {
  const box = await createSandboxed();
  const before = execFileSync("find", [box.repo, "-type", "f"], { encoding: "utf8" });
  const repo = JSON.stringify(box.repo);
  await box.run(
    `git commit -q --allow-empty -m evil; git -C ${repo} branch -f main HEAD; git --git-dir ${repo}/.git update-ref refs/heads/main HEAD; git push -f ${repo} HEAD:main; echo evil > ${repo}/.git/refs/heads/main; rm -rf ${repo}/.git/objects/* ${repo}/.git ${repo}; true`,
  );
  expect(sh(box.repo, "rev-parse", "main")).toBe(box.base);
  expect(execFileSync("find", [box.repo, "-type", "f"], { encoding: "utf8" })).toBe(before);
  expect(sh(box.repo, "fsck", "--full")).not.toMatch(/missing|broken/);
});

test("R25: a fork bomb is stopped, and so is a gigabyte of output, with the reason", async () => {
  const box = await createSandboxed();
  const before = processes();
  const bomb = await box.run(BOMB);
  expect(bomb.stopped).toMatchObject({ excess: expect.stringMatching(/\d+ processes, more than/) });
  await expectQuietEnd(before);
  const flood = await box.run("yes | head -c 1000000000");
  expect(flood.stopped).toBe("output");
  expect((await box.run("echo fine")).output).toBe("fine\n");
});

test("a fork bomb that is stopped for another reason is ended as well", async () => {
  const box = await createSandboxed();
  const before = processes();
  const stop = new AbortController();
  const running = box.run(BOMB, { signal: stop.signal });
  await eventually(() => expect(processes()).toBeGreaterThan(before + 200), { interval: 5 });
  stop.abort();
  await running;
  await expectQuietEnd(before);
});

/** One that doubles would hold up the machine for everybody else's tests. */
const BOMB = "while :; do sleep 60 & done";
/** Whatever else the machine begins meanwhile. */
const OTHERS = 100;

function processes(): number {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).length;
}

/** Those that are left go, however many they make of themselves until then. */
async function expectQuietEnd(before: number): Promise<void> {
  await eventually(() => expect(processes()).toBeLessThan(before + OTHERS));
}

test("a command steps back behind whoever works at the machine, and is the first to go when memory is full", async () => {
  const box = await createSandboxed();
  const { output } = await box.run(
    "nice; cat /proc/self/oom_score_adj; cat /proc/self/autogroup 2>/dev/null; true",
  );
  const [nice, score, session = "nice 5"] = output.trim().split("\n");
  expect(Number(nice)).toBeGreaterThanOrEqual(5);
  expect(Number(score)).toBeGreaterThanOrEqual(500);
  expect(session).toMatch(/nice 5$/);
});

test("R25: a file can't grow without end", async () => {
  const box = await createSandboxed();
  const end = await box.run("truncate -s 5G big; ls -s big 2>/dev/null | cut -d' ' -f1");
  expect(end.output).toMatch(/File size limit exceeded|File too large/);
});

test("nothing that a command started outlives it, its stop, or its worker", async () => {
  const box = await createSandboxed();
  const word = `sleep 7${process.pid}`;
  const alive = () => spawnSync("pgrep", ["-f", `^${word}$`], { encoding: "utf8" }).stdout.trim();
  const daemon = `(setsid nohup ${word} >/dev/null 2>&1 &); setsid ${word} & `;
  await box.run(`${daemon} sleep 0.1; echo started`);
  await expect.poll(alive, { timeout: 2_000 }).toBe("");

  const stop = new AbortController();
  const running = box.run(`${daemon} trap "" TERM; echo on; wait; sleep 60`, {
    signal: stop.signal,
  });
  await eventually(() => expect(alive()).not.toBe(""));
  stop.abort();
  expect((await running).stopped).toBe("abort");
  await expect.poll(alive, { timeout: 2_000 }).toBe("");

  const { file, args, env } = box.enclosures.enclosure.enclose(
    ["/bin/sh", "-c", `${daemon} wait`],
    {
      cwd: box.checkout,
    },
  );
  const script = `const { spawn } = require("node:child_process");
spawn(${JSON.stringify(file)}, ${JSON.stringify(args)}, { env: ${JSON.stringify(env)}, stdio: "ignore", detached: true });
setInterval(() => {}, 1000);`;
  const worker = spawn(process.execPath, ["-e", script], { stdio: "ignore" });
  await eventually(() => expect(alive()).not.toBe(""));
  worker.kill("SIGKILL");
  await expect.poll(alive, { timeout: 2_000 }).toBe("");
});

test("R12: tmux send-keys reaches no pane from inside, with and without TMUX", async () => {
  const box = await createSandboxed();
  const socket = join(box.folder, "tmux.sock");
  const tmux = (...args: string[]) =>
    execFileSync("tmux", ["-S", socket, "-f", "/dev/null", ...args], { encoding: "utf8" });
  tmux("new-session", "-d", "-s", "person", "-x", "80", "-y", "24", "cat");
  onTestFinished(() => void tmux("kill-server"));
  const typing = (word: string) =>
    `tmux -S ${JSON.stringify(socket)} send-keys -t person ${word} Enter; TMUX=${JSON.stringify(`${socket},1,0`)} tmux send-keys -t person ${word} Enter`;
  const inside = await box.run(typing("inside"));
  expect(inside.exit).not.toBe(0);
  // The same command outside does reach it, so the test can fail.
  await box.run(typing("outside"), { gifts: ["outside"] });
  await eventually(() => expect(tmux("capture-pane", "-p", "-t", "person")).toContain("outside"));
  expect(tmux("capture-pane", "-p", "-t", "person")).not.toContain("inside");
});

test("R12: nothing can be typed into the terminal that a command was started from", async () => {
  const box = await createSandboxed({
    "type.py": `import fcntl, sys, termios
fd = open("/dev/tty") if sys.argv[1] == "tty" else sys.stdin
for letter in "evil\\n": fcntl.ioctl(fd, termios.TIOCSTI, letter.encode())
print("typed")
`,
  });
  const typeInto = (where: string, terminal: boolean) => {
    const standing = { cwd: box.checkout, terminal };
    const argv = ["python3", "type.py", where] as const;
    const { file, args, env } = box.enclosures.enclosure.enclose(argv, standing);
    const words = [file, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    const around = { encoding: "utf8", env, cwd: box.checkout } as const;
    return spawnSync("script", ["-qec", words, "/dev/null"], around).stdout;
  };
  for (const where of ["stdin", "tty"]) {
    expect(typeInto(where, false)).toMatch(/PermissionError|Input\/output error|No such device/);
    expect(typeInto(where, false)).not.toContain("typed");
  }
  // In a terminal of its own it may, where the kernel lets anybody: so the test can fail.
  const sysctl = "/proc/sys/dev/tty/legacy_tiocsti";
  const isAllowed = !existsSync(sysctl) || readFileSync(sysctl, "utf8").trim() === "1";
  expect(typeInto("stdin", true).includes("typed")).toBe(isAllowed);
});

test("an approved action gets the network, or the protected files, and the rest stays locked", async () => {
  const box = await createSandboxed();
  const server = createServer((_, answer) => answer.end("reached")).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await eventually(() => expect(server.listening).toBe(true));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = server.address() as AddressInfo;
  const ask = `node -e 'fetch("http://127.0.0.1:${port}").then((a) => a.text()).then(console.log, () => console.log("not reached"))'`;
  expect((await box.run(ask)).output).toBe("not reached\n");
  expect((await box.run(ask, { gifts: ["network"] })).output).toBe("reached\n");

  const change = "echo '{}' > .mcp.json; git config a.b c; echo x > .git/hooks/x; ls .git/hooks";
  expect((await box.run(change)).output).not.toMatch(/^x$/m);
  await box.shells.rest();
  expect(existsSync(join(box.checkout, ".mcp.json"))).toBe(false);
  expect((await box.run(change, { gifts: ["protected"] })).output).toBe("x\n");
  expect(readFileSync(join(box.checkout, ".mcp.json"), "utf8")).toBe("{}\n");
  expect((await box.run("echo '[]' > .mcp.json")).exit).toBe(1);
});

test("locks on files that are not there leave nothing, whatever runs side by side", async () => {
  const box = await createSandboxed();
  const before = readdirSync(box.checkout);
  const ends = await Promise.all(
    [
      "sleep 0.3; git status --short",
      "git status --short",
      "echo x > .vscode; echo x > .vscode/x; true",
    ].map((command) => box.run(command)),
  );
  expect(ends.slice(0, 2).map(({ output }) => output)).toEqual(["", ""]);
  expect(ends[2]?.output).toMatch(/Is a directory[^]*(Read-only|Permission denied)/);
  await box.shells.rest();
  expect(readdirSync(box.checkout)).toEqual(before);
});
