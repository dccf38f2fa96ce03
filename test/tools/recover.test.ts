import { expect, test } from "vitest";
import { z } from "zod";
import { type CutCall, recoverCalls } from "../../src/tools/recover.ts";
import type { CallResult } from "../../src/tools/run.ts";
import { defineTool, LOW, type Trace } from "../../src/tools/tool.ts";
import { seatOf, tool } from "./seat.ts";

/** A tool whose calls leave that trace, or whose look at it fails. */
function leaves(trace: Trace | Error) {
  return defineTool({
    name: "Leaves",
    description: "leaves a trace",
    effect: "writes",
    input: z.strictObject({ say: z.string() }),
    assess: () => LOW,
    run: () => "ran",
    probe: () => {
      if (trace instanceof Error) throw trace;
      return trace;
    },
  });
}

async function recover(trace: Trace | Error, state: CutCall["state"] = "started") {
  const { seat, log } = seatOf([leaves(trace), tool("Other")]);
  const records: CallResult[] = [];
  const call = { id: "a", name: "Leaves", input: { say: "it" }, state };
  await recoverCalls({
    calls: [call],
    seat,
    found: () => undefined,
    record: async (result) => void records.push(result),
  });
  return { records, log };
}

test("what a look finds done is recorded as done, and not run", async () => {
  expect(await recover({ done: "Edited." })).toEqual({
    records: [{ id: "a", content: "Edited.", isError: false }],
    log: [],
  });
});

test("what is unknown is recorded with what a look has found", async () => {
  expect(await recover({ left: "New: a.txt" })).toEqual({
    records: [
      {
        id: "a",
        content: "Interrupted: its outcome is not known. Look before you repeat it.\nNew: a.txt",
        isError: true,
      },
    ],
    log: [],
  });
});

test("what took no effect, or never began, is run", async () => {
  const log = ["started a LOW", "finished a true"];
  expect(await recover("not-done")).toEqual({ records: [], log });
  expect(await recover("unknown", "asked")).toEqual({ records: [], log });
});

test("what can't be looked at is unknown, and keeps no agent from going on", async () => {
  expect(await recover("unknown")).toEqual({ records: [], log: [] });
  expect(await recover(new Error("a folder by now"))).toEqual({ records: [], log: [] });
});
