/** Keys of the person and of the project stay out of everything that a session writes and starts. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { makeToken } from "../risk/secret-samples.ts";
import { go, goEnvironment } from "./support/go.ts";
import { only, readAgent, readEvents, sessionPaths, waitForEvent } from "./support/journal.ts";
import { expectCode, scripted, start, swarmux } from "./support/swarmux.ts";
import { createWorkplace } from "./support/workplace.ts";

test("R18: no key of the environment, of a file or of the wire is in a log, a transcript or a process", async () => {
  const inFile = `ghp_${makeToken(36)}`;
  const inEnvironment = `sk-ant-${makeToken(50)}`;
  const place = await createWorkplace({
    "config.json": `{\n  "token": "${inFile}"\n}\n`,
    "a.txt": "one\n",
  });
  const { args, env } = scripted("reads-a-key");
  const running = start(place, [...args, "look at the configuration"], {
    env: { ...env, ...goEnvironment(place), ANTHROPIC_API_KEY: inEnvironment },
  });
  // Both programs run on while their worker is held.
  await waitForEvent(place, (event) => event.type === "tool.started" && event.tool === "Terminal");
  const id = only(await readEvents(place), "tool.started").find(
    ({ tool }) => tool === "Terminal",
  )?.id;
  await waitForEvent(place, (event) => event.type === "tool.finished" && event.id === id);
  const at = sessionPaths(place);
  const ofTheWire = readFileSync(join(at.keys, "person.key"), "latin1").trim();
  const keysKnown = [inFile, inEnvironment, ofTheWire];

  const processes = processesOf(place.folder).filter(({ pid }) => pid !== running.pid);
  expect(processes.filter(({ argv }) => argv.includes("sleep 300")).length).toBeGreaterThan(1);
  const holders = processes.filter(({ argv, environment }) =>
    keysKnown.some((key) => argv.includes(key) || environment.includes(key)),
  );
  expect(holders.map(({ argv }) => argv)).toEqual([]);

  go(place);
  expectCode(await running.ended, 0);
  const outcomes = (await readAgent(place, "ada")).filter(({ type }) => type === "call.outcome");
  const hidden = outcomes.filter(({ content }) =>
    JSON.stringify(content).includes("[hidden by swarmux: "),
  );
  // Read, Grep, Bash, Terminal and TaskOutput.
  expect(hidden).toHaveLength(5);
  const printed = [
    (await swarmux(place, ["log"])).stdout,
    (await swarmux(place, ["report"])).stdout,
  ];
  const written = filesBelow(dirname(at.journal)).map((path) => readFileSync(path, "latin1"));
  expect(written.length).toBeGreaterThan(5);
  for (const text of [...printed, ...written]) {
    for (const key of keysKnown) expect(text.includes(key)).toBe(false);
  }
});

/** All that a session writes, but for its checkouts, which hold the project's own files, and the keys themselves. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return entry.name === "checkouts" || entry.name === "keys" ? [] : filesBelow(path);
    }
    return entry.isFile() ? [path] : [];
  });
}

/** Every process that has to do with the folder. */
function processesOf(folder: string): { pid: number; argv: string; environment: string }[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const argv = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
      const isOurs = argv.includes(folder) || environment.includes(folder);
      return isOurs ? [{ pid: Number(pid), argv, environment }] : [];
    } catch {
      // Gone meanwhile.
      return [];
    }
  });
}
