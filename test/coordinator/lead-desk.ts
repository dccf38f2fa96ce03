/** The lead's tools on a desk that is real: a core with its journal on disk, and files that git tracks. */
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createCore } from "../../src/coordinator/core.ts";
import type { Action } from "../../src/coordinator/decide.ts";
import type { Desk } from "../../src/coordinator/desk.ts";
import { createAgent } from "../../src/coordinator/lead-tools/agent.ts";
import { leadAskUserQuestion } from "../../src/coordinator/lead-tools/ask-user-question.ts";
import { createFinish } from "../../src/coordinator/lead-tools/finish.ts";
import { createTaskCreate } from "../../src/coordinator/lead-tools/task-create.ts";
import { createTaskStop } from "../../src/coordinator/lead-tools/task-stop.ts";
import { createTaskUpdate } from "../../src/coordinator/lead-tools/task-update.ts";
import { createPerson } from "../../src/coordinator/person.ts";
import type { Team } from "../../src/coordinator/team.ts";
import { ToolError } from "../../src/errors.ts";
import { listTracked } from "../../src/git/tracked.ts";
import type { EventBody } from "../../src/session/events.ts";
import { openJournal } from "../../src/session/journal.ts";
import type { Tool, ToolContext } from "../../src/tools/tool.ts";
import { leadContext } from "./lead-context.ts";
import { tempFolder } from "./support.ts";

export interface LeadDesk {
  readonly tools: Readonly<Record<"create" | "update" | "stop" | "agent" | "ask" | "finish", Tool>>;
  readonly performed: readonly Exclude<Action, { do: "emit" }>[];
  readonly events: readonly EventBody[];
  team(): Team;
  emit(...bodies: readonly EventBody[]): Promise<void>;
  /** What the tool answers; its complaint after `! ` where it refuses. */
  call(tool: Tool, input: object): Promise<string>;
}

/** The lead's checkout holds `src/a.ts`. The plan is accepted unseen. */
export async function openLeadDesk(): Promise<LeadDesk> {
  const folder = await tempFolder();
  const checkout = join(folder, "checkout");
  const { journal } = await openJournal<EventBody>(join(folder, "journal.jsonl"));
  onTestFinished(() => journal.close());
  const performed: Exclude<Action, { do: "emit" }>[] = [];
  const events: EventBody[] = [];
  const core = createCore({
    journal,
    events: [],
    perform: (action) => performed.push(action),
    failed: (error) => {
      throw error;
    },
  });
  core.watch(({ event }) => events.push(event));
  const person = createPerson(core, { acceptsUnseen: true });
  const desk: Desk = {
    team: core.team,
    emit: core.emit,
    async trackedFiles() {
      await makeCheckout(checkout);
      return listTracked(checkout);
    },
    settlePlan: (signal) => person.settlePlan(signal),
    finish: async (summary) => {
      await core.emit({ type: "session.finished", outcome: "done", summary });
    },
  };
  const context: ToolContext = {
    ...leadContext(core.team),
    ask: (text) => person.ask(text, new AbortController().signal),
  };
  return {
    tools: {
      create: createTaskCreate(desk),
      update: createTaskUpdate(desk),
      stop: createTaskStop(desk),
      agent: createAgent(desk),
      ask: leadAskUserQuestion,
      finish: createFinish(desk),
    },
    performed,
    events,
    team: core.team,
    async emit(...bodies) {
      for (const body of bodies) await core.emit(body);
      await core.settled();
    },
    async call(tool, input) {
      const prepared = tool.prepare(input);
      if (!prepared.ok) return `! ${prepared.complaint}`;
      try {
        const answer = await prepared.call.run(context);
        await core.settled();
        return answer;
      } catch (error) {
        if (error instanceof ToolError) return `! ${error.message}`;
        throw error;
      }
    },
  };
}

/** Made when the first tool asks for it: most don't. */
async function makeCheckout(path: string): Promise<void> {
  await mkdir(join(path, "src"), { recursive: true });
  await writeFile(join(path, "src", "a.ts"), "");
  execFileSync("git", ["init", "-q"], { cwd: path });
  execFileSync("git", ["add", "-A"], { cwd: path });
}

/** A desk of a session in which these events have happened. */
export async function deskAfter(...bodies: readonly EventBody[]): Promise<LeadDesk> {
  const desk = await openLeadDesk();
  await desk.emit(...bodies);
  return desk;
}
