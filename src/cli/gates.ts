/** `swarmux gates`, `approve` and `deny`: what waits for a person, and the answers, from any terminal. */
import { Chalk } from "chalk";
import { gateLines } from "../coordinator/screen/gate.ts";
import { EXIT, SwarmError } from "../errors.ts";
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
      `${paint.bold(PLAN)}: ${tasks.size} tasks (swarmux status); answer: swarmux approve plan`,
    );
  for (const gate of waiting.values()) {
    for (const line of gateLines(team, gate, paint)) output.line(line);
    output.line(`  answer: swarmux approve ${gate.id}   or: swarmux deny ${gate.id} --note "…"`);
  }
  for (const { id, agent, text } of questions.values()) {
    output.line(`${paint.bold(id)} ${agent} asks: ${text}`);
    output.line(`  answer: swarmux answer ${id} "…"`);
  }
  if (!isPlanOpen && waiting.size + questions.size === 0) output.note("Nothing waits for you.");
}

export async function answerGate(
  output: Output,
  said: Named & { gate: string; approve: boolean; note?: string },
): Promise<number> {
  const view = await viewSession(said.session);
  const { approve, note = "" } = said;
  if (said.gate === PLAN) {
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
  output.note(await askCoordinator(view, { type: "gate", gate: id, hash, approve, note }));
  return EXIT.done;
}
