/** The person's console: the whole screen, drawn when something changed, and the keyboard. Without a terminal it only prints lines. */
import { StringDecoder } from "node:string_decoder";
import type { ReadStream, WriteStream } from "node:tty";
import type { Step } from "../down.ts";
import type { SessionHandle } from "../session-plan.ts";
import { EMPTY_TEAM, type Team } from "../team.ts";
import { type WaitingItem, waitingItems } from "./dialogs/waiting.ts";
import { ARMING_MS, type Keyboard, NEW_KEYBOARD, type Page, type Shown } from "./input/focus.ts";
import { hears, notice, press } from "./input/keyboard.ts";
import { createKeyParser, isPressed, type Key } from "./input/keys.ts";
import { concerns, eventLines } from "./lines.ts";
import { type Desk, perform } from "./perform.ts";
import { openPlainConsole } from "./plain-console.ts";
import { showHidden } from "./terminal/printable.ts";
import { type Paragraph, span } from "./terminal/styled.ts";
import { openSurface } from "./terminal/surface.ts";
import { characters } from "./terminal/text-width.ts";
import { paint, type Theme } from "./terminal/theme.ts";
import { listsOf } from "./view/board.ts";
import type { Told } from "./view/pages.ts";
import { layScreen } from "./view/screen.ts";

export interface ConsoleOptions {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly theme: Theme;
  /** Times on the screen do not go on by themselves. */
  readonly isStill: boolean;
  readonly opening: { readonly session: string; readonly task: string };
  /** Leaves the terminal while the team goes on; resolves with words on how to come back. */
  readonly detach?: () => Promise<string>;
  /** Reads what a page holds beyond the team. */
  readonly read: (page: Page, team: Team) => Promise<readonly Paragraph[]>;
  /** Told of how many things wait, whenever that changes. */
  readonly onWaiting?: (count: number) => void;
}

export type ConsoleHandle = Pick<SessionHandle, "person" | "team" | "show" | "readGate">;

export interface Console {
  /** The session is open: from now on what the person does reaches it. */
  attach(handle: ConsoleHandle): void;
  /** Says something that is no event. */
  line(text: string): void;
  /** Shows the team with what is not on disk yet. */
  refresh(): void;
  /** Takes in what has happened. */
  step(step: Step): void;
  /** The terminal is as it was. */
  close(): void;
  /** What drawing has cost so far; null where nothing is drawn. */
  readonly cost: DrawingCost | null;
}

export interface DrawingCost {
  /** From the start of the process to the first frame. */
  readonly firstPaintMs: number;
  /** The processor's part of that: what a machine that does something else as well does not change. */
  readonly firstPaintCpuMs: number;
  frames: number;
  /** Processor time of the frames: laying out, comparing, writing. */
  cpuMs: number;
}

/** At most ten redraws a second. */
const REDRAW_MS = 100;
/** How long the screen has to keep its size before it is drawn on. */
const SETTLE_MS = 60;
/** A lone Escape is a key when nothing follows it. */
const ESCAPE_MS = 50;
/** Times on the screen go on while somebody works. */
const TICK_MS = 1_000;
/** A notice stays for so long, or until the next key. */
const NOTICE_MS = 8_000;
const MOST_TOLD = 5_000;

const MOST_AT_ONCE = 12;

type Timer = "draw" | "escape" | "arming" | "notice";

export function openConsole(options: ConsoleOptions): Console {
  const { stdin, stdout, theme, opening } = options;
  const isDumb = process.env["TERM"] === "dumb";
  if (!stdin.isTTY || !stdout.isTTY || isDumb) return openPlainConsole(options);
  const surface = openSurface(stdout);
  const parser = createKeyParser();
  const decoder = new StringDecoder("utf8");
  const timers = new Map<Timer, NodeJS.Timeout>();
  const told: Told[] = [];
  let keyboard: Keyboard = NEW_KEYBOARD;
  let handle: ConsoleHandle | undefined;
  let team = EMPTY_TEAM;
  let items: readonly WaitingItem[] = [];
  let shown: Shown = { maxScroll: 0, height: 1, seenEnd: true };
  /** Dialogs of which the end was on the screen. */
  const seen = new Set<string>();
  let said: string | null = null;
  let reading: { readonly page: Page; read: readonly Paragraph[] | null } | undefined;
  let drawnAt = 0;
  let isClosed = false;
  let cost: DrawingCost | null = null;

  function after(timer: Timer, ms: number, then: () => void): void {
    clearTimeout(timers.get(timer));
    timers.set(timer, setTimeout(then, ms));
  }

  let isPlanned = false;
  function plan(ms: number): void {
    if (isClosed || isPlanned) return;
    isPlanned = true;
    after("draw", ms, draw);
  }

  function changed(): void {
    plan(Math.max(0, drawnAt + REDRAW_MS - performance.now()));
  }

  function draw(): void {
    const before = process.cpuUsage();
    drawFrame();
    cost ??= { firstPaintMs: performance.now(), firstPaintCpuMs: cpuMs(), frames: 0, cpuMs: 0 };

    cost.frames += 1;
    cost.cpuMs += cpuMs(before);
  }

  function drawFrame(): void {
    clearTimeout(timers.get("draw"));
    isPlanned = false;
    const now = performance.now();
    const screen = layScreen({
      team,
      keyboard,
      items,
      told,
      read: reading?.read ?? null,
      readGate: handle?.readGate ?? (() => ({ touches: [], dangers: [] })),
      notice: said,
      opening,
      now,
      at: Date.now(),
      ...surface.size(),
    });
    const { focus } = keyboard;
    if (focus.on === "item" && screen.shown.seenEnd) seen.add(`${focus.id} ${focus.version}`);
    shown = screen.shown;
    surface.draw({
      lines: screen.lines.map((line) => paint(line, theme)),
      cursor: screen.cursor,
    });
    drawnAt = now;
  }

  function tell(text: string): void {
    const lines = text.split("\n").map((line) => [span(" ".repeat(9)), span(line, "warn")]);
    told.push({ lines, agents: [] });
    changed();
  }

  /** For the person's eyes at this moment; `tell` is for good. */
  function say(text: string): void {
    said = showHidden(text);
    after("notice", NOTICE_MS, () => {
      said = null;
      changed();
    });
    changed();
  }

  function step({ after: next, before, event }: Step): void {
    const lines = eventLines({ before, after: next, event });
    if (lines.length > 0) told.push({ lines, agents: concerns(event) });
    if (told.length > MOST_TOLD) told.splice(0, told.length - MOST_TOLD);
    update(next);
  }

  function update(next: Team): void {
    team = next;
    const now = performance.now();
    const before = items;
    items = waitingItems(team, before, now);
    const { gone, keyboard: noticed } = notice(keyboard, { items, now });
    setKeyboard(noticed);
    if (gone !== undefined) {
      const words = `${gone} does not wait any more: nothing was answered here`;
      tell(words);
      say(words);
    }
    const isNew = ({ id, version }: WaitingItem) =>
      !before.some((old) => old.id === id && old.version === version);
    if (items.some(isNew)) surface.bell();
    if (items.length !== before.length) options.onWaiting?.(items.length);
    const { focus } = keyboard;
    if (focus.on === "page" && focus.page.kind === "peek") load(focus.page);
    changed();
  }

  function setKeyboard(next: Keyboard): void {
    const { focus } = next;
    const { focus: old } = keyboard;
    keyboard = next;
    if (focus === old) return;
    if (focus.on === "item" || focus.on === "stop") {
      // The choices look different once they can be pressed.
      after("arming", ARMING_MS + 10, changed);
    }
    if (focus.on !== "page") reading = undefined;
    else if (old.on !== "page" || focus.page !== old.page) load(focus.page);
  }

  /** What was read before is shown until it is read again. */
  function load(page: Page): void {
    if (page.kind !== "diff" && page.kind !== "peek") return;
    const mine = { page, read: reading?.page === page ? reading.read : null };
    reading = mine;
    options.read(page, team).then(
      (read) => {
        mine.read = read;
        return changed();
      },
      (error: unknown) => say(String(error)),
    );
  }

  function takeKeys(keys: readonly Key[]): void {
    const mayAnswer = isPressed(keys);
    for (const key of keys) {
      if (key.kind === "text") takeText(key, mayAnswer);
      else takeKey(key);
    }
    changed();
  }

  /** What comes at once was not pressed by a finger: a terminal without bracketed paste pastes so. */
  function takeText(key: Extract<Key, { kind: "text" }>, mayAnswer: boolean): void {
    const as = hears(keyboard);
    if (as === "line" || (as === "answer" && mayAnswer)) return takeKey(key);
    const signs = as === "keys" ? characters(key.text) : [];
    // Two keys of somebody quick may come together; a sentence is none.
    if (signs.length > MOST_AT_ONCE) return;
    for (const text of signs) {
      if (hears(keyboard) !== "answer") takeKey({ kind: "text", text });
    }
  }

  function takeKey(key: Key): void {
    const { focus, sieve } = keyboard;
    const isSeen = focus.on !== "item" || seen.has(`${focus.id} ${focus.version}`);
    const { keyboard: next, act } = press(keyboard, key, {
      team,
      items,
      lists: listsOf({ team, items, sieve }),
      shown: { ...shown, seenEnd: isSeen },
      now: performance.now(),
    });
    said = null;
    setKeyboard(next);
    if (act === undefined) return;
    perform(act, desk).catch((error: unknown) => say(String(error)));
  }

  const desk: Desk = { options, surface, say, tell, handle: () => handle };

  function onData(bytes: Buffer): void {
    clearTimeout(timers.get("escape"));
    takeKeys(parser.feed(decoder.write(bytes)));
    if (parser.isHolding()) after("escape", ESCAPE_MS, () => takeKeys(parser.flush()));
  }

  function onResize(): void {
    clearTimeout(timers.get("draw"));
    isPlanned = false;
    surface.forget();
    plan(SETTLE_MS);
  }

  const tick = setInterval(() => {
    const isBusy = [...team.workers.values()].some(({ state }) => state === "working");
    if (!options.isStill && (isBusy || items.length > 0)) changed();
  }, TICK_MS);
  stdin.setRawMode(true);
  stdin.on("data", onData);
  stdout.on("resize", onResize);
  stdin.resume();
  draw();

  return {
    get cost() {
      return cost;
    },
    attach(opened) {
      handle = opened;
      update(opened.team());
    },
    line: (text) => {
      tell(text);
      say(text);
    },
    step,
    refresh() {
      if (handle !== undefined) update(handle.team());
    },
    close() {
      if (isClosed) return;
      draw();
      isClosed = true;
      clearInterval(tick);
      for (const timer of timers.values()) clearTimeout(timer);
      stdin.off("data", onData);
      stdout.off("resize", onResize);
      surface.close();
      stdin.setRawMode(false);
      stdin.pause();
      options.onWaiting?.(0);
    },
  };
}

function cpuMs(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}
