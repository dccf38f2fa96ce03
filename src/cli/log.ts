/** `swarmux log`: the session's journal, for people or as JSON. */

import { Chalk } from "chalk";
import { showHidden } from "../coordinator/screen/terminal/printable.ts";
import { hint } from "../coordinator/team.ts";
import { countOf } from "../count.ts";
import { EXIT } from "../errors.ts";
import { type EventOf, parseEvent, type SessionEvent } from "../session/events.ts";
import { followJournal } from "../session/follow.ts";
import { verifyJournal } from "../session/read-journal.ts";
import type { Output } from "./output.ts";
import { viewSession } from "./session-view.ts";

const MAX_FIELD = 120;

export interface LogOptions {
  readonly session?: string;
  readonly json?: boolean;
  readonly follow?: boolean;
  readonly type?: string;
  readonly verify?: boolean;
}

export async function log(output: Output, options: LogOptions): Promise<number> {
  const view = await viewSession(options.session);
  if (options.verify) {
    const result = await verifyJournal(view.at.journal);
    if (options.json) output.json({ v: 1, session: view.name, ...result });
    else if (result.ok) output.line(`${countOf(result.lines, "event")}, the chain of hashes holds`);
    else output.line(`damaged at line ${result.line}, byte ${result.byte}: ${result.why}`);
    return result.ok ? EXIT.done : EXIT.failed;
  }
  const types = options.type?.split(",").map((type) => type.trim());
  const isWanted = ({ type }: SessionEvent) =>
    types === undefined || types.some((one) => type === one || type.startsWith(`${one}.`));
  const print = (event: SessionEvent) => {
    if (!isWanted(event)) return;
    if (options.json) output.json(event);
    else output.line(logLine(event, new Chalk({ level: output.colour })));
  };
  if (!options.follow) {
    view.events.forEach(print);
    return EXIT.done;
  }
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  for await (const line of followJournal(view.at.journal, { signal: stop.signal })) {
    const event = parseEvent(line);
    print(event);
    const isOver = event.type === "session.finished";
    if (isOver || (event.type === "session.paused" && event.ends)) break;
  }
  return EXIT.done;
}

/** One line an event: number, time, type and the fields that are short. A gate's line says who asks for what, and why. */
function logLine(event: SessionEvent, paint: InstanceType<typeof Chalk>): string {
  const { v: _v, seq, ts, type, chain: _chain, up: _up, ...rest } = event;
  const shown = event.type === "gate.opened" ? gateFields(event) : rest;
  const fields = Object.entries(shown).map(([name, value]) => {
    if (name === "input" && typeof value === "object" && value !== null) {
      return showHidden(hint({ ...value }));
    }
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `${name}=${showHidden((text ?? "").replaceAll("\n", " ")).slice(0, MAX_FIELD)}`;
  });
  const number = paint.dim(`#${seq}`.padEnd(6));
  return `${number}${ts.slice(11, 23)} ${paint.bold(type)} ${fields.filter(Boolean).join(" ")}`;
}

function gateFields({ gate }: EventOf<"gate.opened">): object {
  const { id, worker, task, tool, input, reasons, cwd, hash } = gate;
  return { gate: id, worker, task, tool, input, why: reasons.join("; "), cwd, hash };
}
