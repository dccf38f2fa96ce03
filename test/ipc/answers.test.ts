import { expect, test } from "vitest";
import { createAnswers } from "../../src/ipc/answers.ts";
import type { Answer } from "../../src/ipc/messages.ts";
import { silentLog } from "../../src/log.ts";

/** Asks, and resolves with the answer. */
function ask(answers: ReturnType<typeof createAnswers>, id: string, work: () => Promise<Answer>) {
  return new Promise<Answer>((resolve) => answers.ask(id, work, resolve));
}

test("an id asked again after its answer gets the same answer without any work", async () => {
  const answers = createAnswers(silentLog);
  let count = 0;
  const work = async (): Promise<Answer> => ({ type: "ok", text: `${(count += 1)}` });
  const first = await ask(answers, "a", work);
  expect([first, await ask(answers, "a", work), count]).toEqual([first, first, 1]);
});

test("an id asked again while its work goes on starts no more work", async () => {
  const answers = createAnswers(silentLog);
  const end = Promise.withResolvers<Answer>();
  let count = 0;
  const work = () => {
    count += 1;
    return end.promise;
  };
  const first = ask(answers, "a", work);
  answers.ask("a", work, () => expect.unreachable());
  end.resolve({ type: "ok", text: "" });
  await first;
  expect(count).toBe(1);
});

test("work that fails is answered with the reason", async () => {
  const answers = createAnswers(silentLog);
  const answer = await ask(answers, "a", () => Promise.reject(new Error("no budget left")));
  expect(answer).toEqual({ type: "refused", why: expect.stringContaining("no budget left") });
});

test("the last 256 answers are remembered", async () => {
  const answers = createAnswers(silentLog);
  let count = 0;
  const work = async (): Promise<Answer> => ({ type: "ok", text: `${(count += 1)}` });
  for (let id = 1; id <= 257; id++) await ask(answers, `${id}`, work);
  expect(await ask(answers, "2", work)).toEqual({ type: "ok", text: "2" });
  expect(await ask(answers, "1", work)).toEqual({ type: "ok", text: "258" });
});

test("no more than 256 wait at once", async () => {
  const answers = createAnswers(silentLog);
  let count = 0;
  const work = () => {
    count += 1;
    return new Promise<Answer>(() => {});
  };
  for (let id = 1; id <= 300; id++) answers.ask(`${id}`, work, () => {});
  expect(count).toBe(256);
});
