/** `swarmux gates`, `approve` and `deny`: what waits for a person, and the answers, from any terminal. */

import { Chalk } from "chalk";
import { editableText } from "../coordinator/person-actions.ts";
import { readGate } from "../coordinator/reach.ts";
import { gateLines } from "../coordinator/screen/dialogs/gate.ts";
import { showHidden } from "../coordinator/screen/terminal/printable.ts";
import { countOf } from "../count.ts";
import { EXIT, SwarmError } from "../errors.ts";
import type { Gate } from "../session/events.ts";
import { askCoordinator } from "./ask.ts";
import type { Output } from "./output.ts";
import { viewSession } from "./session-view.ts";

/** The plan waits under this name. */
const PLAN = "plan";

interface Named {
  readonly session?: string;
  readonly json?: boolean;
}

export async function gates(output: Output, options: Named) {
  const { name, team } = await viewSession(options.session);
  const { gates: waiting, questions, plan, tasks } = team;
  const isPlanOpen = plan.status === "proposed" && team.state === "running";
  if (options.json) {
    if (isPlanOpen)
      output.json({ v: 1, session: name, kind: "plan", id: PLAN, tasks: [...tasks.keys()] });
    for (const gate of waiting.values())
      output.json({ v: 1, session: name, kind: "gate", ...gate });
    for (const question of questions.values()) {
      output.json({ v: 1, session: name, kind: "question", ...question });
    }
    return;
  }
  const paint = new Chalk({ level: output.colour });
  if (isPlanOpen)
    output.line(
      `${paint.bold(PLAN)}: ${countOf(tasks.size, "task")} (swarmux status); answer: swarmux approve plan`,
    );
  for (const gate of waiting.values()) {
    for (const line of gateLines(team, gate, { level: output.colour, readGate })) output.line(line);
    for (const way of waysToAnswer(gate)) output.line(`  ${way}`);
  }
  for (const { id, agent, text } of questions.values()) {
    output.line(`${paint.bold(id)} ${agent} asks: ${showHidden(text)}`);
    output.line(`  answer: swarmux answer ${id} "…"`);
  }
  if (!isPlanOpen && waiting.size + questions.size === 0) output.note("Nothing waits for you.");
}

function waysToAnswer(gate: Gate): string[] {
  const { id, pattern } = gate;
  return [
    `answer: swarmux approve ${id}   or: swarmux deny ${id} --note "…"`,
    ...(pattern === undefined
      ? []
      : [`or: swarmux approve ${id} --for-session   (${pattern}, until this session ends)`]),
    ...(editableText(gate) === undefined
      ? []
      : [
          `or: swarmux approve ${id} --edit "…"   (runs that instead, after it got a risk of its own)`,
        ]),
  ];
}

export type GateSaid = Named & { readonly gate: string } & (
    | { readonly answer: "once" | "session" }
    | { readonly answer: "edit"; readonly text: string }
    | { readonly answer: "deny"; readonly note?: string }
  );

export async function answerGate(output: Output, said: GateSaid): Promise<number> {
  const view = await viewSession(said.session);
  const { answer } = said;
  const note = (answer === "deny" && said.note) || "";
  if (said.gate === PLAN) {
    if (answer === "session" || answer === "edit") {
      throw new SwarmError(
        "usage",
        "A plan is approved or denied; the other answers are for gates.",
        {
          mend: "swarmux approve plan",
        },
      );
    }
    const approve = answer === "once";
    output.note(await askCoordinator(view, { type: "plan", approve, note }));
    return EXIT.done;
  }
  const gate = view.team.gates.get(said.gate);
  if (gate === undefined) {
    throw new SwarmError(
      "usage",
      `No gate ${said.gate} waits in ${view.name}: it was answered, is void, or never was.`,
      {
        mend: "swarmux gates",
      },
    );
  }
  const { id, hash } = gate;
  const request = { type: "gate", gate: id, hash, answer, note } as const;
  output.note(
    await askCoordinator(view, answer === "edit" ? { ...request, text: said.text } : request),
  );
  return EXIT.done;
}
