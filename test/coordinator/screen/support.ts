/** Teams in which things wait, and keys pressed over time. */

import {
  type Act,
  type Keyboard,
  NEW_KEYBOARD,
  press,
} from "../../../src/coordinator/screen/keyboard.ts";
import { createKeyParser } from "../../../src/coordinator/screen/keys.ts";
import { characters } from "../../../src/coordinator/screen/text-width.ts";
import { type WaitingItem, waitingItems } from "../../../src/coordinator/screen/waiting.ts";
import type { Team } from "../../../src/coordinator/team.ts";
import type { EventBody, EventOf, Gate } from "../../../src/session/events.ts";
import { AT_WORK, created, started, teamOf } from "../support.ts";

export function gateOf(id: string, more: Partial<Gate> = {}): EventOf<"gate.opened"> {
  return {
    type: "gate.opened",
    gate: {
      id,
      worker: "ada",
      task: "t1",
      tool: "Bash",
      input: { command: `git push origin ${id}` },
      risk: "HIGH",
      reasons: ["it reaches another host"],
      cwd: "/state/s/checkouts/ada",
      hash: `hash of ${id}`,
      ...more,
    },
  };
}

export const QUESTION: EventBody = {
  type: "question.asked",
  question: "q1",
  agent: "coordinator",
  text: "Which name?\n  1. callback\n  2. done: shorter",
};

export const PLANNED: readonly EventBody[] = [
  started({ yes: false }),
  created("t1"),
  created("t2", { risk: "HIGH", blockedBy: ["t1"], files: ["src/", "test/"] }),
  { type: "plan.proposed", tasks: ["t1", "t2"] },
];

export function teamWith(...bodies: readonly EventBody[]): Team {
  return teamOf(...AT_WORK, ...bodies);
}

export function itemsOf(team: Team, now = 0): readonly WaitingItem[] {
  return waitingItems(team, [], now);
}

export interface Session {
  readonly keyboard: Keyboard;
  readonly acts: readonly Act[];
}

/** Presses what stands in `keys`, a text for each instant in milliseconds. */
export function pressAll(
  items: readonly WaitingItem[],
  keys: readonly (readonly [at: number, keys: string])[],
  keyboard: Keyboard = NEW_KEYBOARD,
): Session {
  let session: Session = { keyboard, acts: [] };
  for (const [now, sent] of keys) {
    const parser = createKeyParser();
    for (const key of [...parser.feed(sent), ...parser.flush()]) {
      const single = key.kind === "text" ? characters(key.text) : [undefined];
      for (const text of single) {
        const one = text === undefined ? key : ({ kind: "text", text } as const);
        const pressed = press(session.keyboard, one, { items, now });
        const acts = pressed.act === undefined ? session.acts : [...session.acts, pressed.act];
        session = { keyboard: pressed.keyboard, acts };
      }
    }
  }
  return session;
}
