/** Teams in which things wait, and keys pressed over time. */

import { readGate } from "../../../src/coordinator/reach.ts";
import { type WaitingItem, waitingItems } from "../../../src/coordinator/screen/dialogs/waiting.ts";
import {
  type Act,
  type Around,
  type Keyboard,
  NEW_KEYBOARD,
} from "../../../src/coordinator/screen/input/focus.ts";
import { press } from "../../../src/coordinator/screen/input/keyboard.ts";
import { createKeyParser } from "../../../src/coordinator/screen/input/keys.ts";
import { characters } from "../../../src/coordinator/screen/terminal/text-width.ts";
import { paint, type Theme } from "../../../src/coordinator/screen/terminal/theme.ts";
import { listsOf } from "../../../src/coordinator/screen/view/board.ts";
import {
  layScreen,
  type Screen,
  type ScreenParts,
} from "../../../src/coordinator/screen/view/screen.ts";
import { EMPTY_TEAM, type Team } from "../../../src/coordinator/team.ts";
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

const ALL_SEEN = { maxScroll: 0, height: 20, seenEnd: true };

export interface Setting {
  readonly keyboard?: Keyboard;
  readonly team?: Team;
  readonly shown?: Around["shown"];
}

/** Presses what stands in `keys`, a text for each instant in milliseconds. */
export function pressAll(
  items: readonly WaitingItem[],
  keys: readonly (readonly [at: number, keys: string])[],
  setting: Setting = {},
): Session {
  const { keyboard = NEW_KEYBOARD, team = EMPTY_TEAM, shown = ALL_SEEN } = setting;
  let session: Session = { keyboard, acts: [] };
  for (const [now, sent] of keys) {
    const parser = createKeyParser();
    for (const key of [...parser.feed(sent), ...parser.flush()]) {
      const single = key.kind === "text" ? characters(key.text) : [undefined];
      for (const text of single) {
        const one = text === undefined ? key : ({ kind: "text", text } as const);
        const { sieve } = session.keyboard;
        const lists = listsOf({ team, items, sieve });
        const pressed = press(session.keyboard, one, { team, items, lists, shown, now });
        const acts = pressed.act === undefined ? session.acts : [...session.acts, pressed.act];
        session = { keyboard: pressed.keyboard, acts };
      }
    }
  }
  return session;
}

const PLAIN = { level: 0, scheme: "dark", ascii: false, attributes: false } as const;

export interface Look {
  readonly size: readonly [columns: number, rows: number];
  /** Pressed one after another, each when its dialog is armed. */
  readonly keys?: string;
  readonly keyboard?: Keyboard;
  readonly told?: ScreenParts["told"];
  readonly read?: ScreenParts["read"];
  readonly notice?: string;
  readonly theme?: Theme;
}

/** The screen after these keys. */
export function screenOf(team: Team, look: Look): Screen {
  const { size, keys = "", told = [], read = null, notice = null } = look;
  const [columns, rows] = size;
  const items = itemsOf(team);
  const pressed = Array.from(keys).map((key, at) => [at * 500, key] as const);
  const { keyboard = pressAll(items, pressed, { team }).keyboard } = look;
  const opening = { session: "s1", task: "move to promises" };
  const now = keys.length * 500 + 500;
  const at = Date.parse("2026-11-21T10:04:12.000Z");
  return layScreen({
    team,
    keyboard,
    items,
    told,
    read,
    readGate,
    notice,
    opening,
    now,
    at,
    columns,
    rows,
  });
}

/** The same as text, without what stands behind the last sign of a line. */
export function textOf(team: Team, look: Look): string {
  const { lines } = screenOf(team, look);
  return lines.map((line) => paint(line, look.theme ?? PLAIN).trimEnd()).join("\n");
}
