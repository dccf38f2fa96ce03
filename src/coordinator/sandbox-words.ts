/** What a person is told about the sandbox of a session, wherever it is shown. */
import { giftWords } from "../risk/gives.ts";
import type { Gate } from "../session/events.ts";
import type { Team } from "./team.ts";

/** Undefined where there is one, and for journals that don't say. */
export function sandboxWords(team: Team): string | undefined {
  switch (team.session?.options.sandbox) {
    case "on":
    case undefined:
      return undefined;
    case "off":
      return "no sandbox (--no-sandbox): commands run as you";
    case "missing":
      return "no sandbox on this machine: commands run as you, and more is asked (swarmux doctor)";
  }
}

/** What a yes to this gate means; undefined where it starts no process. */
export function yesWords(team: Team, { gives }: Gate): string | undefined {
  if (gives === undefined) return undefined;
  if (team.session?.options.sandbox === "on") return giftWords(gives);
  return "a yes runs it once, as you: there is no sandbox in this session";
}
