/** What a line typed into the chat means. */
import { expect, test } from "vitest";
import {
  type ChatAction,
  readChat,
} from "../../../../src/coordinator/screen/input/chat-commands.ts";

const COORDINATOR = { do: "tell", to: "coordinator" } as const;

test.each<[string, ChatAction]>([
  ["", { do: "nothing" }],
  ["   ", { do: "nothing" }],
  ["keep the export", { ...COORDINATOR, text: "keep the export" }],
  ["y", { ...COORDINATOR, text: "y" }],
  ["1", { ...COORDINATOR, text: "1" }],
  [":) nice", { ...COORDINATOR, text: ":) nice" }],
  ["@ada use\nboth", { do: "tell", to: "ada", text: "use\nboth" }],
  ["@ada", { do: "explain", text: "What to say to @ada? @worker text" }],
  [":pause", { do: "pause", worker: null }],
  [":pause ada", { do: "pause", worker: "ada" }],
  [":Continue @ada", { do: "continue", worker: "ada" }],
  [":stop", { do: "stop", worker: null }],
  [":stop ada bob", { do: "explain", text: ":stop takes one worker at most." }],
  [":gates", { do: "gates", id: null }],
  [":gates ada-1", { do: "gates", id: "ada-1" }],
  [":status", { do: "lists" }],
  [":problems", { do: "lists", problems: true }],
  [":filter two words", { do: "lists", filter: "two words" }],
  [":all", { do: "lists", filter: "", problems: false }],
  [":retry t3", { do: "retry", task: "t3" }],
  [":retry", { do: "explain", text: ":retry takes a task." }],
  [":drop t3", { do: "drop", task: "t3" }],
  [":move t3 up", { do: "move", task: "t3", to: "up" }],
  [":move t3 down", { do: "move", task: "t3", to: "down" }],
  [":move t3", { do: "explain", text: "Which task, and where to? :move task up|down" }],
  [":move t3 t1", { do: "explain", text: "Which task, and where to? :move task up|down" }],
  [":edit", { do: "edit-plan" }],
  [":tell ada use both", { do: "tell", to: "ada", text: "use both" }],
  [":zoom ada", { do: "show", worker: "ada", zoom: true }],
  [":go @ada", { do: "show", worker: "ada", zoom: false }],
  [":peek ada", { do: "page", page: { kind: "peek", worker: "ada" } }],
  [":peek t2", { do: "page", page: { kind: "task", task: "t2" } }],
  [":diff", { do: "page", page: { kind: "diff", task: null } }],
  [":diff t2", { do: "page", page: { kind: "diff", task: "t2" } }],
  [":log ada", { do: "page", page: { kind: "log", agent: "ada" } }],
  [":cost", { do: "explain", text: "In another terminal: swarmux cost" }],
  [
    ":approve ada-1",
    {
      do: "explain",
      text: "Answers are given where the action is seen: :gates, or Tab. In another terminal: swarmux approve ada-1",
    },
  ],
  [":help", { do: "page", page: { kind: "help" } }],
  [":detach", { do: "detach" }],
])("%j without a plan", (line, action) => {
  expect(readChat(line, { isPlanOpen: false })).toEqual(action);
});

test.each<[string, ChatAction]>([
  ["y", { do: "plan", approve: true, note: "" }],
  [" YES ", { do: "plan", approve: true, note: "" }],
  ["n", { do: "plan", approve: false, note: "" }],
  ["n one task is enough", { do: "plan", approve: false, note: "one task is enough" }],
  ["no", { do: "plan", approve: false, note: "" }],
  ["yes, but later", { ...COORDINATOR, text: "yes, but later" }],
  ["nobody asked", { ...COORDINATOR, text: "nobody asked" }],
  ["1", { ...COORDINATOR, text: "1" }],
])("%j while a plan waits", (line, action) => {
  expect(readChat(line, { isPlanOpen: true })).toEqual(action);
});

test.each([
  [":puase", "pause"],
  [":deatch", "detach"],
  [":statsu ada", "status"],
  [":quit", undefined],
])("%s is no command, and near it is %s", (line, near) => {
  const action = readChat(line, { isPlanOpen: false });
  expect(action).toMatchObject({ do: "explain" });
  const text = action.do === "explain" ? action.text : "";
  expect(/Did you mean :(\w+)\?/.exec(text)?.[1]).toBe(near);
  expect(text).toMatch(/:gates :pause :continue :stop .*:status .*:help :detach$/);
});
