/** Builds the lead: its journal, prompt, tools and what they reach, and says what it means when it ends. */
import { mkdir, readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { openConversation } from "../agent/conversation.ts";
import type { FailureKind, Model } from "../agent/model.ts";
import { renderPrefix } from "../agent/prefix.ts";
import { createCosts } from "../agent/prices.ts";
import { parsePrompt } from "../agent/prompt-file.ts";
import { parseAgentRecord } from "../agent/records.ts";
import type { Permits } from "../agent/seat.ts";
import { ToolError } from "../errors.ts";
import { findBorrowed, linkedFolders } from "../git/borrowed.ts";
import type { RepositoryFacts } from "../git/repository.ts";
import { listTracked } from "../git/tracked.ts";
import type { Log } from "../log.ts";
import { searchEntries } from "../memory/search.ts";
import { openEnclosure } from "../risk/enclosure.ts";
import type { SecretFilter } from "../risk/hide-secrets.ts";
import type { Disk } from "../session/disk.ts";
import type { Outcome, SessionEvent } from "../session/events.ts";
import type { SessionPaths } from "../session/folders.ts";
import { openJournal } from "../session/journal.ts";
import { readingTools } from "../tools/all-tools.ts";
import { NO_BACKGROUND } from "../tools/background.ts";
import { createReadLog } from "../tools/read-log.ts";
import { recallTool } from "../tools/recall.ts";
import { rememberTool } from "../tools/remember.ts";
import { sendMessageTool } from "../tools/send-message.ts";
import { NO_SHELLS } from "../tools/shells.ts";
import { taskGetTool } from "../tools/task-get.ts";
import { taskListTool } from "../tools/task-list.ts";
import { NO_TERMINALS } from "../tools/terminals.ts";
import type { Tool, ToolContext } from "../tools/tool.ts";
import type { Core } from "./core.ts";
import type { Desk } from "./desk.ts";
import type { Governor } from "./governor.ts";
import { toEntry } from "./inbox.ts";
import { type LeadEnd, runLead } from "./lead.ts";
import { createAgent } from "./lead-tools/agent.ts";
import { leadAskUserQuestion } from "./lead-tools/ask-user-question.ts";
import { createFinish } from "./lead-tools/finish.ts";
import { createTaskCreate } from "./lead-tools/task-create.ts";
import { createTaskStop } from "./lead-tools/task-stop.ts";
import { createTaskUpdate } from "./lead-tools/task-update.ts";
import type { News } from "./news.ts";
import type { Person } from "./person.ts";
import { leadGrant } from "./rights.ts";
import type { SessionPlan } from "./session-plan.ts";
import { isSettled, type Team, toDetail, toRow } from "./team.ts";
import { openItems } from "./wake.ts";

export interface LeadSeatOptions {
  readonly core: Core;
  readonly person: Person;
  readonly governor: Governor;
  readonly repository: RepositoryFacts;
  readonly at: SessionPaths;
  readonly log: Log;
  readonly plan: SessionPlan;
  readonly model: Model;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: SecretFilter;
  readonly disk: Disk;
  /** What happened before this process. */
  readonly past: readonly SessionEvent[];
  readonly news: News;
}

export interface LeadSeat {
  /** Works until the session is finished; what keeps it from that ends the session by code. */
  run(signal: AbortSignal): Promise<void>;
}

const LEAD = "coordinator";

export async function openLeadSeat(options: LeadSeatOptions): Promise<LeadSeat> {
  const { core, person, at, log, plan, model, news } = options;
  const modelId = plan.options.coordinator_model;
  const { journal, records } = await openJournal<object>(at.agent("lead"), {
    onFull: () => options.disk.wait("the lead's journal", () => journal.retry()),
  });
  const conversation = openConversation(
    records.flatMap((record) => parseAgentRecord(record) ?? []),
    { append: (record) => journal.append(record).durable },
  );
  const source = await readFile(join(at.prompts, "coordinator.md"), "utf8");
  const prompt = parsePrompt(source, "coordinator.md");

  async function run(signal: AbortSignal): Promise<void> {
    news.skip(toldUpTo(records));
    const desk = createLeadDesk(options);
    const tools = leadTools(desk);
    const prefix = renderPrefix({ prompt: prompt.text, instructions: plan.instructions, tools });
    const end = await runLead(
      {
        core,
        model,
        modelId,
        prompt,
        prefix,
        tools,
        conversation,
        log,
        say: plan.say,
        cost: createCosts(plan.prices),
        permits: leadPermits(options, {
          modelId,
          prefix: prefix.hash,
        }),
        context: await leadContext(options, signal),
        policy: { grant: leadGrant(plan.options, tools), rules: plan.rules },
        past: options.past,
        news,
        settlePlan: (abort) => person.settlePlan(abort),
        firstTurn: () => firstTurn(core.team()),
      },
      signal,
    );
    await journal.close();
    if (!signal.aborted) await endByCode(core, end);
  }

  return { run };
}

/** The tools of the lead, in the order in which its model gets them. */
export function leadTools(desk: Desk): Tool[] {
  return [
    createTaskCreate(desk),
    createTaskUpdate(desk),
    taskGetTool,
    taskListTool,
    createAgent(desk),
    sendMessageTool,
    createTaskStop(desk),
    leadAskUserQuestion,
    rememberTool,
    recallTool,
    ...readingTools,
    createFinish(desk),
  ];
}

function createLeadDesk({ core, person, at }: LeadSeatOptions): Desk {
  return {
    team: core.team,
    emit: core.emit,
    trackedFiles: () => listTracked(at.checkout("lead")),
    settlePlan: (signal) => person.settlePlan(signal),
    async finish(summary) {
      await core.emit({ type: "session.finished", outcome: outcomeOf(core.team()), summary });
    },
  };
}

/** What the board says about the session: the lead's word does not count. */
function outcomeOf(team: Team): Outcome {
  const open = [...team.tasks.values()].filter((task) => task.phase !== "merged");
  if (open.length === 0) return "done";
  return open.some((task) => task.denied) ? "denied" : "failed";
}

async function leadContext(options: LeadSeatOptions, signal: AbortSignal): Promise<ToolContext> {
  const { core, person, at, env, secrets } = options;
  const enclosure = openEnclosure("none", env);
  const outputs = at.output("lead");
  const root = await realpath(at.checkout("lead"));
  await mkdir(outputs, { recursive: true, mode: 0o700 });
  return {
    agent: LEAD,
    task: null,
    root,
    links: await linkedFolders(await findBorrowed(root)),
    outputs,
    reads: createReadLog(),
    board: {
      list: () => [...core.team().tasks.values()].map(toRow),
      get: (id) => {
        const task = core.team().tasks.get(id);
        return task === undefined ? undefined : toDetail(task);
      },
    },
    memory: {
      async remember(draft, sources) {
        const entry = toEntry(core.team(), LEAD, { draft, sources, task: null });
        await core.emit({ type: "memory.written", entry });
        return entry;
      },
      recall: (query, limit) => searchEntries(core.team().memory, query, limit),
    },
    async send(to, message) {
      const known = [...core.team().workers.keys()];
      if (!known.includes(to)) {
        throw new ToolError(
          `There is no worker ${to}. Workers: ${known.join(", ") || "none yet"}.`,
        );
      }
      await core.emit({ type: "message.sent", from: LEAD, to, text: message });
    },
    ask: (text) => person.ask(text, signal),
    report: () => Promise.reject(new ToolError("The coordinator does not report. Use Finish.")),
    background: NO_BACKGROUND,
    terminals: NO_TERMINALS,
    shells: NO_SHELLS,
    enclosure,
    approvedEnclosure: () => enclosure,
    secrets,
    signal,
  };
}

function leadPermits(
  { governor }: LeadSeatOptions,
  { modelId, prefix }: { modelId: string; prefix: string },
): Permits {
  return {
    async acquire(_input, signal) {
      const answer = await governor.acquire({ agent: LEAD, model: modelId, prefix }, signal);
      if (answer.type === "permit") return { ok: true, permit: answer.permit };
      return { ok: false, why: "why" in answer ? answer.why : answer.text };
    },
    begun: (permit) => governor.begun(permit),
    ended: (permit, throttled) => governor.ended(permit, throttled),
  };
}

/** The request unchanged, and what is known about the base. */
function firstTurn(team: Team): string[] {
  const checks = team.baseChecks.map(
    (check) =>
      `- ${check.command} → exit ${check.exit ?? "none"}${check.ok ? "" : `\n${check.output.split("\n").slice(-40).join("\n")}`}`,
  );
  const base =
    checks.length === 0
      ? "The session has no check: no command was given and none was found in the repository. Give each task a check of its own."
      : `Checks on the base, which is what the session checks before each merge:\n${checks.join("\n")}`;
  const workers = team.session?.options.workers ?? 1;
  return [`At most ${workers} workers at once.\n${base}`, team.session?.task ?? ""];
}

/** The number of the newest event that stands in the lead's conversation. Older journals say it in lines of their own. */
function toldUpTo(records: readonly object[]): number {
  return records.reduce<number>((seq, record) => {
    const told: { type?: unknown; upTo?: unknown; heard?: unknown } = record;
    const upTo = told.type === "lead.told" ? told.upTo : told.heard;
    return typeof upTo === "number" ? Math.max(seq, upTo) : seq;
  }, 0);
}

/** The lead ended without Finish: the session ends with what the board says and why. */
async function endByCode(core: Core, end: LeadEnd): Promise<void> {
  const team = core.team();
  if (end.kind === "finished" || team.state !== "running") return;
  const { end: how } = end;
  if (how.kind === "budget" || how.kind === "aborted") return;
  const open = openItems(team).map((line) => `- ${line}`);
  const why =
    how.kind === "gave-up" ? how.why : "The coordinator ended its turns without finishing.";
  const allMerged =
    team.tasks.size > 0 && [...team.tasks.values()].every(isSettled) && outcomeOf(team) === "done";
  const outcome =
    how.kind === "gave-up" ? outcomeOfFailure(how.failure) : allMerged ? "done" : "failed";
  const summary = [why, ...(open.length === 0 ? [] : ["Open:", ...open])].join("\n");
  await core.emit({ type: "session.finished", outcome, summary });
}

function outcomeOfFailure(failure: FailureKind | undefined): Outcome {
  switch (failure) {
    case "credentials":
      return "missing";
    case "throttled":
    case "transient":
      return "temporary";
    case "context":
    case "invalid":
    case "aborted":
    case undefined:
      return "failed";
  }
}
