import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { presets } from "../../src/risk/grants.ts";
import { Risk } from "../../src/task.ts";
import { bashTool } from "../../src/tools/bash.ts";
import { type Beginning, runToolCalls } from "../../src/tools/run.ts";
import type { Tool } from "../../src/tools/tool.ts";
import { createWorkspace } from "./workspace.ts";

const CORPORA = join(import.meta.dirname, "../fixtures/corpora");
const Row = z.object({ cmd: z.string(), min: Risk });

/** Every command that is HIGH at least. */
const HIGH = readdirSync(CORPORA)
  .filter((name) => name.startsWith("shell-"))
  .flatMap((name) => readFileSync(join(CORPORA, name), "utf8").trim().split("\n"))
  .map((line) => Row.parse(JSON.parse(line)))
  .flatMap(({ cmd, min }) => (min === "HIGH" ? [cmd] : []));

/** Bash as it is judged, whose run is written down in the place of starting anything. */
function spy(ran: string[]): Tool {
  return {
    ...bashTool,
    prepare(input) {
      const prepared = bashTool.prepare(input);
      if (!prepared.ok) return prepared;
      const run = async () => {
        ran.push(JSON.stringify(input));
        return "";
      };
      return { ok: true, call: { ...prepared.call, run } };
    },
  };
}

test("R1: of all HIGH commands none runs while nobody answers, and nothing says that one began", async () => {
  expect(HIGH.length).toBeGreaterThan(359);
  const stop = new AbortController();
  const work = createWorkspace({ signal: stop.signal });
  const [ran, asked]: [string[], string[]] = [[], []];
  const begun: Beginning[] = [];
  const silent = Promise.withResolvers<{ allowed: false; why: string }>();
  const seat = {
    tools: [spy(ran)],
    context: work.context,
    policy: { grant: presets.full, rules: [] },
    floor: "LOW",
    hooks: {
      permit: ({ id }: { id: string }) => (asked.push(id), silent.promise),
      started: async (_call: unknown, _assessment: unknown, more: Beginning) =>
        void begun.push(more),
      finished: async () => {},
    },
  } as const;
  const calls = HIGH.map((command, index) => ({
    id: `c${index}`,
    name: "Bash",
    input: { command },
  }));
  const runs = calls.map((call) => runToolCalls([call], seat));
  await expect.poll(() => asked.length, { timeout: 60_000 }).toBe(HIGH.length);
  expect([ran, begun]).toEqual([[], []]);
  stop.abort();
  silent.resolve({ allowed: false, why: "Interrupted before a person answered." });
  await Promise.all(runs);
  expect([ran, begun]).toEqual([[], []]);
}, 120_000);
