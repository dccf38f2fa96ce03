/** A full disk in a running team: nobody calls the model, the person is told, and the journal says so once it can. */

import { createDisk, type Disk } from "../session/disk.ts";
import type { EventBody } from "../session/events.ts";
import { DISK } from "./team.ts";

export interface DiskWatchOptions {
  readonly folder: string;
  readonly session: string;
  emit(event: EventBody): Promise<unknown>;
  /** Words that are in no journal yet. */
  say(text: string): void;
}

export function openDiskWatch({ folder, session, emit, say }: DiskWatchOptions): Disk {
  const mend = `free some space; it goes on by itself within seconds, or at once with: swarmux continue --session ${session}`;
  return createDisk({
    folder,
    mend: `free some space, then: swarmux resume ${session}`,
    full({ message }) {
      say(`${message} To mend it: ${mend}`);
      void emit({ type: "session.paused", by: DISK, ends: false, reason: message });
    },
    room() {
      say("There is room on the disk again: the team goes on.");
      void emit({ type: "session.resumed", by: DISK });
    },
  });
}
