/** Journals of every version that wrote some go on being read: chain, events, what they fold to, and their conversations. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { foldTeam } from "../../src/coordinator/evolve.ts";
import { scanLines } from "../../src/session/journal-line.ts";
import { foldWire } from "../../src/worker/records.ts";
import { complaintOf } from "../faults/histories.ts";
import { journalsOf, listRecorded, readRecorded, summaryOf } from "../support/old-journals.ts";

const RECORDED = listRecorded();

test("there are recordings of several versions, each of a finished, a killed and a waiting session", () => {
  const versions = new Set(RECORDED.map(({ version }) => version));
  expect(versions.size).toBeGreaterThan(2);
  for (const version of versions) {
    const sessions = RECORDED.filter((one) => one.version === version);
    expect(sessions.map(({ session }) => session)).toEqual(["finished", "gate", "killed"]);
  }
});

test.each(RECORDED)(
  "the $session session of $version folds to what it came to then",
  ({ folder }) => {
    const summary: unknown = JSON.parse(readFileSync(join(folder, "summary.json"), "utf8"));
    const events = readRecorded(folder);

    expect(summaryOf(events)).toEqual(summary);

    for (const [at] of events.entries()) expect(foldTeam(events.slice(0, at)).seq).toBe(at);
  },
);

test.each(RECORDED)(
  "the journals of the $session session of $version are whole, and each prefix of a conversation is one that the API takes",
  ({ folder }) => {
    for (const name of journalsOf(folder)) {
      const { lines, torn, flaw } = scanLines(readFileSync(join(folder, name)));
      expect({ torn, flaw }).toEqual({ torn: 0, flaw: undefined });
      if (name === "journal.jsonl") continue;
      for (let length = 1; length <= lines.length; length++) {
        const complaint = complaintOf(lines.slice(0, length));
        expect(complaint, `${name} up to line ${length}`).toBeUndefined();
      }
      // Of what goes over the wire the lead's journal has nothing.
      const sent = foldWire(lines).sent.length;
      expect(sent > 2).toBe(name !== "agents/lead.jsonl");
    }
  },
);
