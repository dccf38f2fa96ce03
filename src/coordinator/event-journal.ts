/** The session's journal with the events that were in it, closed with whoever holds it. */
import type { Disk } from "../session/disk.ts";
import { type EventBody, parseEvent } from "../session/events.ts";
import { openJournal } from "../session/journal.ts";

export async function openEvents(path: string, disk: Disk) {
  const { journal, records, torn } = await openJournal<EventBody>(path, {
    onFull: () => disk.wait("the journal", () => journal.retry()),
  });
  return {
    journal,
    torn,
    events: records.map(parseEvent),
    [Symbol.asyncDispose]: async () => {
      await journal.close().catch(() => {});
    },
  };
}
