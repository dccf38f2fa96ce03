/** Sessions with a sandbox, without one, and on a machine that has none. */
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { only, readEvents, waitForEvent } from "./support/journal.ts";
import { expectNoProcess, findProcesses } from "./support/leftovers.ts";
import { addOrigin } from "./support/origin.ts";
import { expectCode, jsonLines, scripted, start, swarmux } from "./support/swarmux.ts";
import { createWorkplace, git, put, type Workplace } from "./support/workplace.ts";

/** A machine on which bubblewrap is there and can't make a namespace. */
async function withoutSandbox(place: Workplace): Promise<Record<string, string>> {
  const stub = join(place.folder, "bin/bwrap");
  await put(place.folder, {
    "bin/bwrap": "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n",
  });
  await chmod(stub, 0o755);
  return { PATH: `${join(place.folder, "bin")}:${place.env["PATH"]}` };
}

const SAYS_WHERE = {
  "long.cjs": 'console.log(require("node:fs").existsSync(process.env.HOME + "/mark"));\n',
};

test("R15: where there is no sandbox, a run that nobody watches ends with 69 and the repair, and makes nothing", async () => {
  const place = await createWorkplace();
  const { args, env } = scripted("sleeps");
  const ended = await swarmux(place, [...args, "run it"], {
    env: { ...env, ...(await withoutSandbox(place)) },
  });
  expectCode(ended, 69);
  expect(ended.stderr).toContain("No permissions to create new namespace");
  expect(ended.stderr).toMatch(
    /mend it: .+\n +or, for this session only: swarmux run --no-sandbox/,
  );
  expect(jsonLines((await swarmux(place, ["sessions", "--json"])).stdout)).toEqual([]);
});

test("R15: --no-sandbox runs, says so aloud, in the journal and in the status", async () => {
  const place = await createWorkplace(SAYS_WHERE);
  await put(place.folder, { "home/mark": "" });
  const { args, env } = scripted("sleeps");
  const ended = await swarmux(place, [...args, "--no-sandbox", "run it"], {
    env: { ...env, ...(await withoutSandbox(place)) },
  });
  expect(ended.stderr).toMatch(/warning: --no-sandbox: .* run as you/);
  const events = await readEvents(place);
  expect(only(events, "session.started")[0]?.options.sandbox).toBe("off");
  expect(only(events, "gate.opened")).toEqual([]);
  expect(only(events, "tool.started").filter(({ tool }) => tool === "Bash")).toMatchObject([
    { risk: "MEDIUM" },
  ]);
  expect(jsonLines((await swarmux(place, ["status", "--json"])).stdout)).toMatchObject([
    { sandbox: "off" },
  ]);
  expect((await swarmux(place, ["status"])).stdout).toContain("no sandbox (--no-sandbox)");
});

test("R15: on a machine without a sandbox a person's session asks before project code runs", async () => {
  const place = await createWorkplace(SAYS_WHERE);
  const { env } = scripted("sleeps");
  const around = { env: { ...env, ...(await withoutSandbox(place)) } };
  const run = ["run", "--offline", "--session", "s", "--yes", "--detach", "run it"];
  const started = await swarmux(place, run, around);
  expectCode(started, 0);
  expect(started.stderr).toMatch(/warning: there is no sandbox on this machine: .*\n +mend it: /);
  await waitForEvent(place, ({ type }) => type === "gate.opened");
  const [opened] = only(await readEvents(place), "gate.opened");
  expect(opened?.gate).toMatchObject({
    input: { command: "node long.cjs" },
    reasons: [expect.stringContaining("there is no sandbox, so it would run as you")],
  });
  expect((await swarmux(place, ["gates"])).stdout).toContain("there is no sandbox in this session");
  expect(jsonLines((await swarmux(place, ["status", "--json"])).stdout)).toMatchObject([
    { sandbox: "missing" },
  ]);
  expectCode(await swarmux(place, ["deny", "ada-1"]), 0);
  await waitForEvent(place, ({ type }) => type === "session.finished");
});

test("R15: nothing that a repository carries switches the sandbox off", async () => {
  const place = await createWorkplace({
    ...SAYS_WHERE,
    ".swarmux/config.toml": "sandbox = false\n",
  });
  const { args, env } = scripted("sleeps");
  const refused = await swarmux(place, [...args, "run it"], { env });
  expectCode(refused, 78);
  expect(refused.stderr).toContain('.swarmux/config.toml:1: "sandbox"');
});

test("in the sandbox project code does not see the person's home; the journal says that there is one", async () => {
  const place = await createWorkplace(SAYS_WHERE);
  await put(place.folder, { "home/mark": "" });
  const { args, env } = scripted("sleeps");
  await swarmux(place, [...args, "run it"], { env });
  const events = await readEvents(place);
  expect(only(events, "session.started")[0]?.options.sandbox).toBe("on");
  expect(only(events, "tool.finished").filter(({ agent }) => agent === "ada")[0]).toMatchObject({
    ok: true,
  });
});

test("an approved push runs outside, once, and the dialog and the journal say what it gets", async () => {
  const place = await createWorkplace();
  const pushes = addOrigin(place);
  const { args, env } = scripted("pushes-again");
  const running = start(place, [...args, "push"], { env });
  await waitForEvent(place, ({ type }) => type === "gate.opened");
  expect(jsonLines((await swarmux(place, ["gates", "--json"])).stdout)).toMatchObject([
    { kind: "gate", gives: ["outside"] },
  ]);
  expect((await swarmux(place, ["gates"])).stdout).toContain("once outside the sandbox, as you");
  expectCode(await swarmux(place, ["approve", "ada-1"]), 0);
  for (const gate of ["ada-2", "ada-3"]) {
    await waitForEvent(place, (event) => event.type === "gate.opened" && event.gate.id === gate);
    expectCode(await swarmux(place, ["deny", gate]), 0);
  }
  expectCode(await running.ended, 0);
  expect(pushes()).toEqual(["refs/heads/work"]);
  const opened = only(await readEvents(place), "gate.opened");
  expect(opened.map(({ gate }) => gate.gives)).toEqual([["outside"], ["outside"], ["outside"]]);
});

test("R25: two seconds after a stop nothing lives that a command had started", async () => {
  const place = await createWorkplace();
  const mark = `${place.folder}/child`;
  await put(place.repo, {
    "long.cjs": `const { spawn } = require("node:child_process");
process.on("SIGTERM", () => {});
const idle = ["-e", "setInterval(() => {}, 1000)", ${JSON.stringify(mark)}];
for (const options of [{}, { detached: true, env: {}, cwd: "/" }]) spawn(process.execPath, idle, { stdio: "ignore", ...options });
setInterval(() => {}, 1000);
`,
  });
  git(place, "add", "--all");
  git(place, "commit", "-q", "-m", "long");
  const { args, env } = scripted("sleeps");
  const running = start(place, [...args, "run it"], { env });
  await expect.poll(() => findProcesses(mark)).toHaveLength(2);
  expectCode(await swarmux(place, ["stop"]), 0);
  await expectNoProcess(mark, 2_000);
  expectCode(await running.ended, 130);
});
