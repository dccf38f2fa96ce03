import { expect, test } from "vitest";
import type { Up } from "../../src/ipc/messages.ts";
import { wasSaid } from "../../src/worker/recover.ts";

function began(id: string, tool: string): Up {
  return { type: "tool.started", id, task: "t1", tool, input: {}, risk: "LOW" };
}

const REPORT: Up = {
  type: "report",
  task: "t1",
  report: { status: "done", summary: "Done.", followUps: [] },
};
const MESSAGE: Up = { type: "message", to: "ben", text: "Hello." };

function call(id: string, name: string) {
  return { id, name, input: { to: "ben", message: "Hello." }, state: "started" as const };
}

test("what a call said stands behind the start of that very call", () => {
  const said = [began("a", "Report"), REPORT, began("b", "SendMessage"), MESSAGE];
  expect(wasSaid(call("a", "Report"), said)).toBe("Done.");
  expect(wasSaid(call("b", "SendMessage"), said)).toBe("Done.");
});

test("the same words said by an earlier call are not this one's", () => {
  const said = [began("a", "Report"), REPORT, began("b", "SendMessage"), MESSAGE];
  const again = [...said, began("c", "SendMessage"), began("d", "Report")];
  expect(wasSaid(call("c", "SendMessage"), again)).toBeUndefined();
  expect(wasSaid(call("d", "Report"), again)).toBeUndefined();
  expect(wasSaid(call("e", "Report"), again)).toBeUndefined();
});
