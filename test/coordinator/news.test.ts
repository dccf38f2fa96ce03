import { expect, test } from "vitest";
import type { Core } from "../../src/coordinator/core.ts";
import { createCore } from "../../src/coordinator/core.ts";
import { createNews } from "../../src/coordinator/news.ts";
import { silentLog } from "../../src/log.ts";
import type { EventBody, SessionEvent } from "../../src/session/events.ts";
import { AT_WORK, finished, journalOf, stamp } from "./support.ts";

const LETTER: EventBody = { type: "message.sent", from: "ada", to: "coordinator", text: "Which?" };

/** A core over a journal in memory. */
function openCore(past: readonly SessionEvent[]): { core: Core; written: SessionEvent[] } {
  const written = [...past];
  const core = createCore({
    journal: {
      append(body) {
        const line = stamp(body, written.length + 1);
        written.push(line);
        return { line, durable: Promise.resolve() };
      },
    },
    events: past,
    perform: () => {},
    failed: (error) => expect.unreachable(String(error)),
  });
  return { core, written };
}

function deliveries(written: readonly SessionEvent[]): number[] {
  return written.flatMap((event) => (event.type === "message.delivered" ? [event.message] : []));
}

test("what happened between two processes is told, in one text, up to its number", async () => {
  const past = journalOf(...AT_WORK, LETTER);
  const { core, written } = openCore(past);
  const news = createNews({ core, past, log: silentLog });
  await core.emit(finished("t1", "failed"));
  const mail = news.take();
  expect(mail.heard).toBe(past.length + 1);
  expect(mail.texts).toHaveLength(1);
  expect(mail.texts[0]).toMatch(/message from ada[^]*failed t1/);
  expect(news.take().texts).toEqual([]);
  expect(deliveries(written)).toEqual([]);
  mail.read();
  await core.settled();
  expect(deliveries(written)).toEqual([past.length]);
});

test("what the lead has heard in a former life is not told again, but said to be delivered", async () => {
  const past = journalOf(...AT_WORK, LETTER, { ...LETTER, text: "And that?" });
  const { core, written } = openCore(past);
  const news = createNews({ core, past, log: silentLog });
  news.skip(past.length - 1);
  await core.settled();
  expect(deliveries(written)).toEqual([past.length - 1]);
  const { texts } = news.take();
  expect(texts[0]).toContain("And that?");
  expect(texts[0]).not.toContain("Which?");
});
