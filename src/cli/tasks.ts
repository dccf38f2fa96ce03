/** `swarmux retry`, `edit`, `move`, `drop` and `peek`. */
import { type PeekLine, readPeek } from "../coordinator/peek.ts";
import { showHidden } from "../coordinator/screen/terminal/printable.ts";
import { SwarmError } from "../errors.ts";
import type { Risk } from "../task.ts";
import { askCoordinator } from "./ask.ts";
import type { Output } from "./output.ts";
import { viewSession } from "./session-view.ts";

interface Named {
  readonly session?: string;
}

export interface EditFlags {
  readonly subject?: string;
  readonly description?: string;
  readonly files?: string;
  readonly after?: string;
  readonly risk?: Risk;
}

export async function retry(output: Output, { task, session }: Named & { task: string }) {
  output.note(await askCoordinator(await viewSession(session), { type: "retry", task }));
}

export async function drop(output: Output, { task, session }: Named & { task: string }) {
  output.note(await askCoordinator(await viewSession(session), { type: "drop", task }));
}

export async function move(
  output: Output,
  { task, to, session }: Named & { task: string; to: "up" | "down" },
) {
  output.note(await askCoordinator(await viewSession(session), { type: "move", task, to }));
}

export async function edit(output: Output, said: Named & EditFlags & { task: string }) {
  const { task, session, subject, description, files, after, risk } = said;
  const change = {
    ...(subject === undefined ? {} : { subject }),
    ...(description === undefined ? {} : { description }),
    ...(files === undefined ? {} : { files: listOf(files) }),
    ...(after === undefined ? {} : { blockedBy: listOf(after) }),
    ...(risk === undefined ? {} : { risk }),
  };
  if (Object.keys(change).length === 0) {
    throw new SwarmError("usage", `Nothing to change of ${task} was given.`, {
      mend: `swarmux edit ${task} --subject "…", --description, --files, --after or --risk`,
    });
  }
  output.note(await askCoordinator(await viewSession(session), { type: "edit", task, change }));
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

const MARKS: Record<PeekLine["kind"], string> = {
  said: "",
  runs: "● ",
  done: "✓ ",
  failed: "✗ ",
  output: "  ",
};

export async function peek(output: Output, { worker, session }: Named & { worker: string }) {
  const { name, team, at } = await viewSession(session);
  const isLead = worker === "coordinator";
  if (!isLead && !team.workers.has(worker)) {
    const known = ["coordinator", ...team.workers.keys()].join(", ");
    throw new SwarmError("usage", `There is nobody called ${worker} in ${name}: ${known}.`, {
      mend: `swarmux status ${name}`,
    });
  }
  const lines = await readPeek(at.agent(isLead ? "lead" : worker));
  for (const { kind, text } of lines) output.line(`${MARKS[kind]}${showHidden(text)}`);
  if (lines.length === 0) output.note(`${worker} has not said or done anything so far.`);
}
