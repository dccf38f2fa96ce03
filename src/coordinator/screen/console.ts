/** The person's console: event lines above, a footer below, and the keyboard. Without a terminal it only prints lines. */
import { StringDecoder } from "node:string_decoder";
import type { ReadStream, WriteStream } from "node:tty";
import { Chalk, type ColorSupportLevel } from "chalk";
import type { SessionHandle } from "../session-plan.ts";
import type { Team } from "../team.ts";
import { carryOut, type Deed } from "./carry-out.ts";
import { CHAT_HELP } from "./chat-commands.ts";
import { type Footer, layFooter } from "./footer.ts";
import { createFooterArea } from "./footer-area.ts";
import {
  type Act,
  ARMING_MS,
  isChoosing,
  type Keyboard,
  NEW_KEYBOARD,
  notice,
  press,
} from "./keyboard.ts";
import { createKeyParser, type Key } from "./keys.ts";
import { openPlainConsole } from "./plain-console.ts";
import { showHidden } from "./printable.ts";
import { boardLines } from "./status-line.ts";
import { paint } from "./styled.ts";
import { type WaitingItem, waitingItems } from "./waiting.ts";

export interface ConsoleOptions {
  readonly handle: Pick<SessionHandle, "person" | "team">;
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly colour: ColorSupportLevel;
  /** Leaves the terminal while the team goes on; resolves with words on how to come back. */
  readonly detach?: () => Promise<string>;
  /** Told of how many things wait, whenever that changes. */
  readonly onWaiting?: (count: number) => void;
}

export interface Console {
  /** Appends a line, or several. */
  line(text: string): void;
  /** Shows the team as it is by now. */
  update(team: Team): void;
  /** The terminal is as it was; no line is lost. */
  close(): void;
}

/** At most ten redraws a second. */
const REDRAW_MS = 100;
/** How long the screen has to keep its size before it is drawn on. */
const SETTLE_MS = 60;
/** A lone Escape is a key when nothing follows it. */
const ESCAPE_MS = 50;
const LOOK_AGAIN_MS = 5_000;
const BELL = "\x07";
const PASTES_ON = "\x1b[?2004h";
const PASTES_OFF = "\x1b[?2004l";

export function openConsole(options: ConsoleOptions): Console {
  const { handle, stdin, stdout, colour } = options;
  const isDumb = process.env["TERM"] === "dumb";
  if (!stdin.isTTY || !stdout.isTTY || isDumb) return openPlainConsole(options);
  const chalk = new Chalk({ level: colour });
  const area = createFooterArea(stdout, chalk);
  const parser = createKeyParser();
  const decoder = new StringDecoder("utf8");
  const queue: string[] = [];
  const timers = { draw: undefined, escape: undefined, arming: undefined } as Record<
    "draw" | "escape" | "arming",
    NodeJS.Timeout | undefined
  >;
  let keyboard: Keyboard = NEW_KEYBOARD;
  let team = handle.team();
  let items: readonly WaitingItem[] = [];
  let shownAbove = "";
  let drawnAt = 0;
  let isClosed = false;

  function plan(afterMs: number): void {
    if (isClosed || timers.draw !== undefined) return;
    timers.draw = setTimeout(draw, afterMs);
  }

  function changed(): void {
    plan(Math.max(0, drawnAt + REDRAW_MS - performance.now()));
  }

  function draw(): void {
    clearTimeout(timers.draw);
    timers.draw = undefined;
    const now = performance.now();
    const footer = layFooter({ team, keyboard, items, now, ...area.size() });
    printAbove(footer);
    area.draw(queue.splice(0), footer);
    drawnAt = now;
  }

  /** Once for each time that a dialog which does not fit comes up. */
  function printAbove({ above }: Footer): void {
    const of = above?.of ?? "";
    if (above !== null && of !== shownAbove) {
      queue.push(...above.lines.map((line) => paint(line, chalk)));
    }
    shownAbove = of;
  }

  function say(text: string): void {
    queue.push(...text.split("\n"));
    changed();
  }

  function update(next: Team): void {
    team = next;
    const now = performance.now();
    const before = items;
    items = waitingItems(team, before, now);
    const { gone, keyboard: after } = notice(keyboard, { items, now });
    setKeyboard(after);
    if (gone !== undefined)
      say(chalk.yellow(`${gone} does not wait any more: nothing was answered here`));
    const isNew = ({ id, version }: WaitingItem) =>
      !before.some((old) => old.id === id && old.version === version);
    const fresh = items.filter(isNew).map(({ id }) => id);
    if (fresh.length > 0) {
      const waits = fresh.length === 1 ? "waits" : "wait";
      say(chalk.inverse(`⧗ ${fresh.join(", ")} ${waits} for you: press Tab`));
      stdout.write(BELL);
    }
    if (items.length !== before.length) options.onWaiting?.(items.length);
    changed();
  }

  function setKeyboard(next: Keyboard): void {
    const { focus } = next;
    const { focus: old } = keyboard;
    keyboard = next;
    if (focus === old || focus.on === "chat") return;
    // The choices look different once they can be pressed.
    clearTimeout(timers.arming);
    timers.arming = setTimeout(changed, ARMING_MS + 10);
  }

  function takeKeys(keys: readonly Key[]): void {
    // What comes at once was not pressed by a finger: a terminal without bracketed paste pastes so.
    const isPressed = keys.length === 1;
    for (const key of keys) {
      if (isPressed || key.kind !== "text" || !isChoosing(keyboard)) takeKey(key);
    }
    changed();
  }

  function takeKey(key: Key): void {
    const { keyboard: next, act } = press(keyboard, key, { items, now: performance.now() });
    setKeyboard(next);
    if (act === undefined) return;
    perform(act).catch((error: unknown) => say(chalk.red(String(error))));
  }

  async function perform(act: Act): Promise<void> {
    switch (act.do) {
      case "interrupt":
        process.kill(process.pid, "SIGINT");
        return;
      case "redraw":
        area.forget();
        return;
      case "help":
        return say(CHAT_HELP.join("\n"));
      case "status":
        return say(showHidden(boardLines(team).join("\n")));
      case "explain":
        return say(chalk.yellow(showHidden(act.text)));
      case "detach":
        if (options.detach === undefined) {
          return say(chalk.yellow("This session has no panes to leave. Ctrl-C stops it."));
        }
        return say(await options.detach());
      case "tell":
      case "pause":
      case "continue":
      case "stop":
      case "plan":
      case "gate":
      case "question":
        return reply(act);
    }
  }

  async function reply(act: Deed): Promise<void> {
    const said = await carryOut(handle.person, act);
    if (said.type === "refused") say(chalk.yellow(showHidden(said.why)));
    else if (act.do === "tell") say(chalk.dim(showHidden(said.text)));
  }

  function onData(bytes: Buffer): void {
    clearTimeout(timers.escape);
    takeKeys(parser.feed(decoder.write(bytes)));
    if (parser.isHolding()) timers.escape = setTimeout(() => takeKeys(parser.flush()), ESCAPE_MS);
  }

  function onResize(): void {
    clearTimeout(timers.draw);
    timers.draw = undefined;
    area.forget();
    plan(SETTLE_MS);
  }

  const look = setInterval(changed, LOOK_AGAIN_MS);
  stdin.setRawMode(true);
  stdout.write(PASTES_ON);
  stdin.on("data", onData);
  stdout.on("resize", onResize);
  stdin.resume();
  update(team);

  return {
    line: say,
    update,
    close() {
      if (isClosed) return;
      draw();
      isClosed = true;
      clearInterval(look);
      for (const timer of Object.values(timers)) clearTimeout(timer);
      stdin.off("data", onData);
      stdout.off("resize", onResize);
      area.clear();
      stdout.write(PASTES_OFF);
      stdin.setRawMode(false);
      stdin.pause();
      options.onWaiting?.(0);
    },
  };
}
