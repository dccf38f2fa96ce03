/** A session from its first event to its last: builds the parts, joins them, performs what is decided, and ends in an exit. */
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createAnthropicModel } from "../agent/anthropic.ts";
import { SwarmError } from "../errors.ts";
import type { RepositoryFacts } from "../git/repository.ts";
import { type Hub, openHub } from "../ipc/hub.ts";
import { createKey, writeKey } from "../ipc/keys.ts";
import { createLog } from "../log.ts";
import type { ExitListener, Launcher } from "../panes/launcher.ts";
import { toolEnvironment } from "../risk/environment.ts";
import {
  type EventBody,
  type Outcome,
  parseEvent,
  type SessionOptions,
} from "../session/events.ts";
import { paths } from "../session/folders.ts";
import { openJournal } from "../session/journal.ts";
import { takeLock } from "../session/lock.ts";
import { openRunFolder } from "../session/run-folder.ts";
import { createAnswers } from "./answers.ts";
import { createCore } from "./core.ts";
import type { Action } from "./decide.ts";
import type { Step } from "./down.ts";
import { createGovernor } from "./governor.ts";
import { toEvent } from "./inbox.ts";
import { createIntegrator } from "./integrator.ts";
import { openLeadSeat } from "./lead-seat.ts";
import { createPerson, type Person } from "./person.ts";
import { createSupervisor, modelEnvironment } from "./supervisor.ts";
import { isHeld, type Team, toDetail } from "./team.ts";

export interface SessionPlan {
  readonly folder: string;
  readonly session: string;
  readonly task: string;
  readonly repository: RepositoryFacts;
  readonly options: SessionOptions;
  /** Files of the prompts that this session uses. */
  readonly prompts: { readonly coordinator: string; readonly worker: string };
  /** The repository's instructions for agents; `file` is relative to its root. */
  readonly instructions: readonly { readonly file: string; readonly text: string }[];
  readonly env: NodeJS.ProcessEnv;
  /** Variables for the model's client that are known only once a server is up; they come before `env`. */
  readonly modelEnv: Promise<Record<string, string>>;
  openLauncher(parts: { run: string; onExit: ExitListener; onGone: () => void }): Promise<Launcher>;
  /** Told of each step once it is on disk. */
  onStep(step: Step): void;
  /** Ends once the plan is proposed; nothing is checked, started or merged. */
  readonly planOnly?: boolean;
  readonly signal: AbortSignal;
}

/** What a person in the coordinator's pane can do. */
export interface SessionHandle {
  readonly person: Person;
  team(): Team;
  emit(event: EventBody): Promise<unknown>;
}

/** Runs the session until it is finished, paused or stopped. */
export async function runSession(
  plan: SessionPlan,
  onOpen: (handle: SessionHandle) => void,
): Promise<Outcome> {
  const { folder, session, repository, signal } = plan;
  const at = paths(folder);
  const log = createLog(at.log, "coordinator");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  using lock = await takeLock(at.lock);
  if (lock === undefined) {
    throw new SwarmError("usage", `The session ${session} has a running coordinator already.`, {
      mend: `swarmux attach ${session}`,
    });
  }
  await using opened = await openEvents(at.journal);
  const over = Promise.withResolvers<Outcome>();
  const stopAll = new AbortController();

  const core = createCore({
    journal: opened.journal,
    events: opened.events,
    failed: (error) => over.reject(error),
    perform: (action) => {
      perform(action)?.catch((error: unknown) => over.reject(error));
    },
  });
  core.watch(plan.onStep);
  if (plan.planOnly === true) {
    core.watch(({ event }) => {
      if (event.type !== "plan.proposed") return;
      void emitQuietly({ type: "session.finished", outcome: "done", summary: "planned only" });
    });
  }
  // Before anything slow: whoever watches sees within half a second that the session is there.
  await core.emit({
    type: "session.started",
    session,
    task: plan.task,
    repo: repository.root,
    base: repository.head,
    options: plan.options,
  });

  const governor = createGovernor({
    budgetUsd: plan.options.budget,
    budgetTokens: plan.options.token_budget,
    spent: () => core.team().spending,
    isHeld: (agent) => isHeld(core.team(), agent),
    events: {
      warned: (budget) => void emitQuietly({ type: "budget.warned", spent_usd: spent(), budget }),
      reached: (budget) => void reachBudget(budget),
      throttled: ({ until, status, agent }) =>
        void emitQuietly({
          type: "rate.limited",
          until: new Date(until).toISOString(),
          status,
          agent,
        }),
    },
  });
  const spent = () => core.team().spending.cost_usd;
  const emitQuietly = (event: EventBody) =>
    core.emit(event).catch((error: unknown) => over.reject(error));
  async function reachBudget(budget: string): Promise<void> {
    await emitQuietly({ type: "budget.reached", spent_usd: spent(), budget });
    await emitQuietly({
      type: "session.paused",
      by: "budget",
      ends: true,
      reason: `the budget of ${budget} is spent`,
    });
  }

  const run = await openRunFolder(folder, plan.env);
  const endpoint = `ipc://${join(run, "bus.sock")}`;
  await storePrompts(plan);
  const personKey = createKey();
  await writeKey(join(at.keys, "person.key"), personKey);

  const launcher = await plan.openLauncher({
    run,
    onExit: (worker, exit) => supervisor.exited(worker, exit),
    onGone: () => {
      void emitQuietly({
        type: "session.paused",
        by: "tmux",
        ends: true,
        reason: "the tmux server is gone",
      });
    },
  });
  const person = createPerson(core, { acceptsUnseen: plan.options.yes });
  const answer = createAnswers({ core, governor, person, signal: stopAll.signal });
  let hub: Hub | undefined;
  const supervisor = createSupervisor({
    core,
    launcher,
    governor,
    folder,
    at,
    session,
    endpoint,
    log,
    cwd: repository.root,
    env: plan.env,
    hub: () => {
      if (hub === undefined) throw new Error("the hub is not open yet");
      return hub;
    },
  });
  const modelEnv = { ...modelEnvironment(plan.env), ...(await plan.modelEnv) };
  hub = await openHub({
    endpoint,
    session,
    log,
    epoch: core.team().epoch,
    keyOf: (peer) => (peer.startsWith("person-") ? personKey : supervisor.keyOf(peer)),
    handlers: {
      hello: async (peer) => ({
        snapshot: peer.startsWith("person-")
          ? null
          : {
              rows: [...core.team().tasks.values()].map(toDetail),
              entries: [...core.team().memory],
              env: modelEnv,
            },
      }),
      data: async (worker, n, body) => {
        await core.emit(
          toEvent(
            core.team(),
            {
              worker,
              n,
            },
            body,
          ),
        );
      },
      request: (peer, id, body) => answer(peer, id, body),
    },
  });
  const integrator = createIntegrator({
    core,
    repository,
    at,
    session,
    log,
    signal: stopAll.signal,
    env: toolEnvironment(plan.env),
  });
  const lead = await openLeadSeat({
    core,
    person,
    governor,
    repository,
    at,
    log,
    plan,
    model: createAnthropicModel({
      env: {
        ...plan.env,
        ...modelEnv,
      },
      log,
    }),
    env: toolEnvironment(plan.env),
  });

  function perform(action: Exclude<Action, { do: "emit" }>): Promise<unknown> | undefined {
    switch (action.do) {
      case "spawn":
        return supervisor.spawn(action.worker, action.again);
      case "prepare":
        return integrator.prepare(action.task);
      case "collect":
        return integrator.collect(action.task);
      case "integrate":
        return integrator.integrate();
      case "end": {
        over.resolve(outcomeOf(core.team()));
        return undefined;
      }
      case "release":
        governor.release();
        return undefined;
      case "begin":
      case "wake":
        return undefined;
    }
  }
  const stop = () => {
    void emitQuietly({ type: "session.paused", by: "person", ends: true, reason: "stopped" });
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const { time_budget_ms: time } = plan.options;
  const clock =
    time === null
      ? undefined
      : setTimeout(() => void reachBudget(`${time / 60_000} minutes`), time);
  onOpen({ person, team: core.team, emit: core.emit });

  try {
    void work().catch((error: unknown) => over.reject(error));
    return await over.promise;
  } finally {
    clearTimeout(clock);
    signal.removeEventListener("abort", stop);
    stopAll.abort(new Error("the session is over"));
    await supervisor.close();
    await core.settled().catch(() => {});
    await hub.close();
  }

  /** Checks the base, then lets the lead work to its end. */
  async function work(): Promise<void> {
    if (plan.planOnly === true) {
      await integrator.openLead();
      await lead.run(stopAll.signal);
      return;
    }
    const [isGreen] = await Promise.all([integrator.checkBase(), integrator.openLead()]);
    if (!isGreen && !plan.options.allow_red) {
      const red = core.team().baseChecks.find((check) => !check.ok);
      const summary = `The base is red before anything was changed: ${red?.command} → exit ${red?.exit ?? "none"}\n${red?.output.split("\n").slice(-20).join("\n")}`;
      await core.emit({ type: "session.finished", outcome: "failed", summary });
      return;
    }
    await lead.run(stopAll.signal);
  }
}

/** What a session that ended or paused comes to. */
export function outcomeOf({ state, outcome, pausedBy }: Team): Outcome {
  if (state === "finished") return outcome ?? "failed";
  return pausedBy === "budget" ? "temporary" : "interrupted";
}

async function openEvents(path: string) {
  const { journal, records } = await openJournal<EventBody>(path);
  return {
    journal,
    events: records.map(parseEvent),
    [Symbol.asyncDispose]: async () => {
      await journal.close().catch(() => {});
    },
  };
}

/** The session keeps its own copies: a prompt or an instruction that changes meanwhile would break every cached prefix. */
async function storePrompts({ folder, prompts, instructions }: SessionPlan): Promise<void> {
  const at = paths(folder);
  await Promise.all([
    copyFile(prompts.coordinator, join(at.prompts, "coordinator.md")),
    copyFile(prompts.worker, join(at.prompts, "worker.md")),
    writeFile(join(at.prompts, "instructions.json"), JSON.stringify(instructions), { mode: 0o600 }),
  ]);
}
