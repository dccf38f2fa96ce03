import { expect, test } from "vitest";
import { ToolError } from "../../src/errors.ts";
import type { Assessment } from "../../src/risk/assessment.ts";
import { presets } from "../../src/risk/grants.ts";
import { reportTool } from "../../src/tools/report.ts";
import { type Permission, runToolCalls, type ToolCall } from "../../src/tools/run.ts";
import { LOW } from "../../src/tools/tool.ts";
import { call, risky, seatOf, tool } from "./seat.ts";
import { createWorkspace } from "./workspace.ts";

test("runs a call between its intent and its outcome", async () => {
  const log: string[] = [];
  const seat = seatOf([tool("Say", { run: (said) => (log.push(...seat.log, "run"), said) })]);
  expect(await seat.run([call("a", "Say", "hello")])).toEqual([
    { id: "a", content: "hello", isError: false },
  ]);
  expect(log).toEqual(["started a LOW", "run"]);
  expect(seat.log).toEqual(["started a LOW", "finished a true"]);
});

test("names the tools there are, and the fields that are wrong", async () => {
  const seat = seatOf([tool("Say"), tool("Ask")]);
  const [unknown, wrong, extra] = await seat.run([
    call("a", "Shout"),
    call("b", "Say", 5),
    { id: "c", name: "Say", input: { say: "x", loud: true } },
  ]);
  expect(unknown).toEqual({
    id: "a",
    content: "There is no tool Shout. The tools: Say, Ask.",
    isError: true,
  });
  expect(wrong?.content).toMatch(/expected string[^]*say\nCall Say again with the right fields\.$/);
  expect(extra?.content).toContain('"loud"');
  expect(seat.log.filter((line) => line.startsWith("started"))).toHaveLength(3);
  expect(seat.log[1]).toBe("finished a false (There is no tool Shout. The tools: Say, Ask.)");
});

test("refuses what is not in the grant without running it", async () => {
  const seat = seatOf([tool("Say", { run: () => expect.unreachable() })], { allowed: ["Read"] });
  const [result] = await seat.run([call("a", "Say")]);
  expect(result?.content).toBe(
    "Say is not in your grant, which is: Read. Do the task with these, or report it as blocked.",
  );
  expect(seat.log).toHaveLength(2);
});

test("runs HIGH only after a yes", async () => {
  const yes = seatOf([tool("Push", risky)]);
  expect((await yes.run([call("a", "Push")]))[0]?.isError).toBe(false);
  expect(yes.log).toEqual(["permit a it pushes", "started a HIGH under g1", "finished a true"]);
  const why = "No: never on a Friday. — the person";
  const no = seatOf([tool("Push", { ...risky, run: () => expect.unreachable() })], {
    permit: { allowed: false, why },
  });
  expect(await no.run([call("a", "Push")])).toEqual([{ id: "a", content: why, isError: true }]);
  expect(no.log).toEqual(["permit a it pushes", "started a HIGH", `finished a false (${why})`]);
});

test("what stands ready for a usual command is ended before an approved one runs, and not for others", async () => {
  const done: string[] = [];
  const run = (said: string) => {
    done.push(said);
    return said;
  };
  const seat = seatOf([tool("Say", { run }), tool("Push", { ...risky, run })]);
  Object.assign(seat.work.context, { shells: { rest: async () => void done.push("rest") } });
  await seat.run([call("a", "Say"), call("b", "Push")]);
  expect(done).toEqual(["a", "rest", "b"]);
});

function pushIsHigh(said: string): Assessment {
  return said === "push" ? { risk: "HIGH", reasons: ["it pushes"] } : LOW;
}

test("what a person put in a call's place is judged anew, and its agent is told", async () => {
  const seat = seatOf([tool("Say", { assess: pushIsHigh })], {
    permit: { allowed: true, gate: "ada-1", input: { say: "look" } },
  });
  const [result] = await seat.run([call("a", "Say", "push")]);
  expect(result).toEqual({
    id: "a",
    content: '[A person changed this call before it ran. It ran with {"say":"look"}]\nlook',
    isError: false,
  });
  expect(seat.log).toEqual(["permit a it pushes", "started a LOW", "finished a true"]);
});

test("a call that a person changed into another HIGH one is asked about again", async () => {
  const work = createWorkspace();
  const asked: unknown[] = [];
  const seat = {
    tools: [tool("Push", risky)],
    context: work.context,
    policy: { grant: { ...presets.full, tools: ["Push"] }, rules: [] },
    floor: "LOW",
    hooks: {
      permit: async ({ input: shown }: ToolCall): Promise<Permission> => {
        asked.push(shown);
        return asked.length === 1
          ? { allowed: true, gate: "ada-1", input: { say: "other" } }
          : { allowed: false, why: "no" };
      },
      started: async () => {},
      finished: async () => {},
    },
  } as const;
  const [result] = await runToolCalls([call("a", "Push", "push")], seat);
  expect(asked).toEqual([{ say: "push" }, { say: "other" }]);
  expect(result).toEqual({ id: "a", content: "no", isError: true });
});

test("never counts a call as less than the floor", async () => {
  const seat = seatOf([tool("Say"), tool("Push", risky)], { floor: "MEDIUM" });
  await seat.run([call("a", "Say"), call("b", "Push")]);
  expect(seat.log.filter((line) => line.startsWith("started"))).toEqual([
    "started a MEDIUM",
    "started b HIGH under g1",
  ]);
});

test("runs neighbours that read side by side, at most eight, and the rest in order", async () => {
  let running = 0;
  let most = 0;
  const order: string[] = [];
  const look = tool("Look", {
    effect: "reads",
    run: async (said) => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      return said;
    },
  });
  const change = tool("Change", {
    run: async (said) => {
      expect(running).toBe(0);
      order.push(said);
      return said;
    },
  });
  const ids = Array.from({ length: 20 }, (_, index) => `r${index}`);
  const calls = [
    ...ids.map((id) => call(id, "Look")),
    call("w1", "Change"),
    call("w2", "Change"),
    call("last", "Look"),
  ];
  const results = await seatOf([look, change]).run(calls);
  expect(results.map(({ id }) => id)).toEqual([...ids, "w1", "w2", "last"]);
  expect(most).toBe(8);
  expect(order).toEqual(["w1", "w2"]);
});

test("gives the model what it can mend, and lets a bug through once the outcome is recorded", async () => {
  const failing = tool("Fail", {
    run: () => {
      throw new ToolError("Read it first.");
    },
  });
  const buggy = tool("Bug", {
    run: () => {
      throw new TypeError("a bug");
    },
  });
  const seat = seatOf([failing, buggy]);
  expect(await seat.run([call("a", "Fail")])).toEqual([
    { id: "a", content: "Read it first.", isError: true },
  ]);
  await expect(seat.run([call("b", "Bug")])).rejects.toThrow("a bug");
  expect(seat.log.at(-1)).toBe("finished b false");
});

test("runs nothing after a Report", async () => {
  const seat = seatOf([tool("Say"), reportTool]);
  const report = { id: "r", name: "Report", input: { status: "done", summary: "All done." } };
  expect(
    await seat.run([call("a", "Say"), report, call("b", "Say"), { ...report, id: "r2" }]),
  ).toEqual([
    { id: "a", content: "a", isError: false },
    { id: "r", content: "Reported: done.", isError: false },
    { id: "b", content: "Not run: the task has been reported.", isError: true },
    { id: "r2", content: "Not run: the task has been reported.", isError: true },
  ]);
  expect(seat.work.reports).toEqual([{ status: "done", summary: "All done.", followUps: [] }]);
  const refused = await seat.run([
    { ...report, input: { status: "done", summary: "" } },
    call("c", "Say"),
  ]);
  expect(refused[1]?.content).toContain("came after Report");
});

test("a call that did not begin or end before the agent was stopped is left for whoever goes on", async () => {
  const controller = new AbortController();
  const wait = tool("Wait", {
    run: async (_said, { signal }) => {
      controller.abort();
      signal.throwIfAborted();
      return "";
    },
  });
  const seat = seatOf([wait], { signal: controller.signal });
  expect(await seat.run([call("a", "Wait"), call("b", "Wait")])).toEqual([]);
  expect(seat.log).toEqual(["started a LOW"]);
});
