import { expect, test } from "vitest";
import { workerAskUserQuestion as tool } from "../../src/tools/ask-user-question.ts";
import { makeToken } from "../risk/secret-samples.ts";
import { createWorkspace } from "./workspace.ts";

test("asks one question after another, with numbered options, and gives the person's words", async () => {
  const work = createWorkspace({ answer: "2" });
  const questions = [
    {
      question: "Which name?",
      header: "Name",
      options: [{ label: "load", description: "short" }, { label: "fetchUser" }],
      multiSelect: false,
    },
    { question: "Which files?", options: [{ label: "a" }, { label: "b" }], multiSelect: true },
    { question: "Anything else?" },
  ];
  expect(await work.call(tool, { questions })).toBe(
    ["Which name?", "Which files?", "Anything else?"]
      .map((question) => `${question}\nThe person answers: 2`)
      .join("\n\n"),
  );
  expect(work.asked).toEqual([
    "Name: Which name?\n  1. load: short\n  2. fetchUser",
    "Which files?\n  1. a\n  2. b\n  (several may be chosen)",
    "Anything else?",
  ]);
});

test("asks nobody where a question is empty, too long, one of too many, or holds a key", async () => {
  const work = createWorkspace();
  const failure = (...questions: string[]) =>
    work.failure(tool, { questions: questions.map((question) => ({ question })) });
  expect(await failure()).toContain("one to 4");
  expect(await failure("a", "b", "c", "d", "e")).toContain("one to 4");
  expect(await failure("a", " ")).toBe("A question is empty.");
  expect(await failure("x".repeat(2001))).toContain("2000 are allowed");
  expect(await failure(`Is ghp_${makeToken(36)} right?`)).toContain("looks like a secret");
  expect(work.asked).toEqual([]);
});
