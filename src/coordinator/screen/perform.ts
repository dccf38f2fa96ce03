/** Does what a key came to: changes go to the person's side of the session, everything else happens on this terminal. */
import { carryOut, type Deed } from "./carry-out.ts";
import type { ConsoleHandle, ConsoleOptions } from "./console.ts";
import type { Act } from "./input/focus.ts";
import type { Surface } from "./terminal/surface.ts";

export interface Desk {
  readonly options: Pick<ConsoleOptions, "detach">;
  readonly surface: Surface;
  /** Undefined until the session is open. */
  handle(): ConsoleHandle | undefined;
  /** For the person's eyes at this moment. */
  say(text: string): void;
  /** For good, in the story. */
  tell(text: string): void;
}

/** Our prefix key stands in the status line of the panes. */
const BACK = "The prefix key, then an arrow, leads back here; the prefix key, then z, ends a zoom.";

export async function perform(act: Act, desk: Desk): Promise<void> {
  const { options, surface, say, tell } = desk;
  switch (act.do) {
    case "interrupt":
      // Before anybody listens the signal ends the process at once.
      if (process.listenerCount("SIGINT") === 0) surface.close();
      process.kill(process.pid, "SIGINT");
      return;
    case "redraw":
      surface.forget();
      return;
    case "explain":
      return say(act.text);
    case "show": {
      const isShown = (await desk.handle()?.show(act.worker, { zoom: act.zoom })) === true;
      return say(isShown ? BACK : `${act.worker} has no pane.`);
    }
    case "detach": {
      if (options.detach === undefined) {
        return say("This session has no panes to leave. Ctrl-C stops it.");
      }
      const words = await options.detach();
      tell(words);
      return say(words);
    }
    case "tell":
    case "pause":
    case "continue":
    case "stop":
    case "plan":
    case "gate":
    case "question":
    case "edit":
    case "move":
    case "drop":
    case "retry":
      return reply(act, desk);
  }
}

async function reply(act: Deed, { handle, say }: Desk): Promise<void> {
  const person = handle()?.person;
  if (person === undefined) return say("The session is not open yet.");
  const answer = await carryOut(person, act);
  if (answer.type === "refused") say(answer.why);
  else if (act.do !== "gate" && act.do !== "plan" && act.do !== "question") say(answer.text);
}
