/** A session from its first event, or its resumption, to its last: builds the parts, joins them and performs what is decided. */
import { mkdir, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createAnthropicModel } from "../agent/anthropic.ts";
import { modelKeys } from "../credentials.ts";
import { SwarmError } from "../errors.ts";
import { findBorrowed } from "../git/borrowed.ts";
import { sweepCheckouts } from "../git/checkouts.ts";
import type { Hub } from "../ipc/hub.ts";
import { createKey, writeKey } from "../ipc/keys.ts";
import { createLog } from "../log.ts";
import { toolEnvironment } from "../risk/environment.ts";
import { createSecretFilter } from "../risk/hide-secrets.ts";
import { openEnclosures } from "../risk/sandbox/enclosures.ts";
import type { EventBody, Outcome } from "../session/events.ts";
import { paths } from "../session/folders.ts";
import { keepWatch } from "../session/keeper.ts";
import { endLeftovers, SESSION_MARK } from "../session/leftovers.ts";
import { takeLock } from "../session/lock.ts";
import { coordinatorMark, isMarkOf } from "../session/process-mark.ts";
import { openRunFolder } from "../session/run-folder.ts";
import { type Aftermath, takeStock } from "./aftermath.ts";
import { createAnswers } from "./answers.ts";
import { openBudget } from "./budget.ts";
import { openBus, sendAgain } from "./bus.ts";
import { createCore } from "./core.ts";
import type { Action } from "./decide.ts";
import { openDiskWatch } from "./disk-watch.ts";
import { openEvents } from "./event-journal.ts";
import { createIntegrator } from "./integrator.ts";
import { openLeadSeat } from "./lead-seat.ts";
import { createNews } from "./news.ts";
import { createPerson } from "./person.ts";
import { readGate } from "./reach.ts";
import { createRights } from "./rights.ts";
import {
  outcomeOf,
  type SessionHandle,
  type SessionPlan,
  type StopOrder,
  startedEvent,
  storePrompts,
  storeRules,
} from "./session-plan.ts";
import { createSupervisor, modelEnvironment } from "./supervisor.ts";
import { COORDINATOR } from "./team.ts";
import { createWorkPlaces } from "./work-places.ts";

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
  const over = Promise.withResolvers<Outcome>();
  const failed = (error: unknown) => over.reject(error);
  using disk = openDiskWatch({ folder, session, say: plan.say, emit: (event) => core.emit(event) });
  await using opened = await openEvents(at.journal, disk);
  const stopAll = new AbortController();
  const core = createCore({
    journal: opened.journal,
    events: opened.events,
    failed,
    perform: (action) => {
      // A session that goes on finds out what there is to do from its team, all at once.
      if (!isGoing && action.do !== "end") return;
      const done = perform(action);
      if (done !== undefined) begin(done);
    },
  });
  let isGoing = !plan.resume;
  /** What was begun and has not come to its end. */
  const atWork = new Set<Promise<unknown>>();
  const begin = (begun: Promise<unknown>) => {
    const done = begun.catch(failed);
    atWork.add(done);
    void done.finally(() => atWork.delete(done));
  };
  const news = createNews({ core, past: opened.events, log });
  core.watch(({ event }) => {
    if (event.type === "session.resumed" && event.epoch !== undefined) isGoing = true;
  });
  core.watch(plan.onStep);
  if (plan.planOnly === true) {
    core.watch(({ event }) => {
      if (event.type !== "plan.proposed") return;
      core
        .emit({ type: "session.finished", outcome: "done", summary: "planned only" })
        .catch(failed);
    });
  }
  const places = createWorkPlaces({ repository, at, log, extras: plan.options.checkout });
  await storeRules(plan);
  let aftermath: Aftermath | undefined;
  if (plan.resume) {
    const variables = { [SESSION_MARK]: folder };
    const leftovers = await endLeftovers({ variables, isMarked: isMarkOf(folder) });
    const torn = opened.torn?.bytes ?? 0;
    const past = { team: core.team(), events: opened.events, repository, session, at, places };
    await sweepCheckouts(at.checkouts);
    aftermath = await takeStock({ ...past, leftovers, torn });
  } else {
    // A session that is in its journal can go on, which takes its prompts.
    await storePrompts(plan);
    // Before anything slow: whoever watches sees within half a second that the session is there.
    await core.emit(startedEvent(plan));
  }
  await keepWatch(coordinatorMark(folder));

  using budget = openBudget(core, plan.options, failed);
  const { governor } = budget;
  const run = await openRunFolder(folder, plan.env);
  const endpoint = `ipc://${join(run, "bus.sock")}`;
  const personKey = createKey();
  await writeKey(join(at.keys, "person.key"), personKey);

  const pause = (by: string, reason: string) => {
    if (core.team().state !== "running") return;
    core.emit({ type: "session.paused", by, ends: true, reason }).catch(failed);
  };
  const launcher = await plan.openLauncher({
    run,
    onExit: (worker, exit) => supervisor.exited(worker, exit),
    onGone: () => pause("tmux", "the tmux server is gone"),
  });
  const person = createPerson(core, { acceptsUnseen: plan.options.yes && plan.planOnly !== true });
  const answer = createAnswers({
    core,
    governor,
    person,
    disk,
    giveUp: failed,
    signal: stopAll.signal,
  });
  const { env } = plan;
  const { sandbox = "missing" } = plan.options;
  let hub: Hub | undefined;
  const supervisor = createSupervisor({
    core,
    launcher,
    governor,
    disk,
    folder,
    at,
    session,
    endpoint,
    env,
    log,
    cwd: repository.root,
    scheme: plan.scheme,
    hasColours: plan.hasColours,
    isAscii: plan.isAscii,
    sandbox,
    hub: () => {
      if (hub === undefined) throw new Error("the hub is not open yet");
      return hub;
    },
  });
  const modelEnv = { ...modelEnvironment(env), ...(await plan.modelEnv) };
  const epoch = plan.resume ? core.team().epoch + 1 : core.team().epoch;
  const workerKey = supervisor.keyOf;
  const { rules } = plan;
  const rights = createRights({ rules, at, sandbox });
  hub = await openBus({
    core,
    endpoint,
    session,
    epoch,
    personKey,
    workerKey,
    answer,
    modelEnv,
    rights,
    log,
    heard: supervisor.heard,
  });
  const secrets = createSecretFilter(modelKeys({ ...env, ...modelEnv }));
  const marks = { [SESSION_MARK]: folder };
  const enclosuresIn = await openEnclosures({
    state: sandbox,
    env,
    marks,
    hidden: [dirname(dirname(folder))],
  });
  const integrator = createIntegrator({
    core,
    repository,
    at,
    session,
    places,
    log,
    disk,
    signal: stopAll.signal,
    enclosuresOf: async (checkout) => {
      const root = await realpath(checkout);
      return enclosuresIn({ checkout: root, ...(await findBorrowed(root)) });
    },
    secrets,
    rules,
  });
  const model = createAnthropicModel({ env: { ...env, ...modelEnv }, log });
  const lead = await openLeadSeat({
    core,
    person,
    governor,
    repository,
    at,
    log,
    disk,
    plan,
    model,
    env: { ...toolEnvironment(env), ...marks },
    secrets,
    past: opened.events,
    news,
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
      case "end":
        over.resolve(outcomeOf(core.team()));
        return undefined;
      case "release":
        governor.release();
        return undefined;
      case "begin":
      case "wake":
        return undefined;
    }
  }

  /** Checks the base, then lets the lead work to its end. */
  async function work(): Promise<void> {
    if (aftermath !== undefined) await goOn(aftermath);
    await integrator.openLead();
    if (plan.planOnly !== true && !(await checkBase())) return;
    await lead.run(stopAll.signal);
  }

  /** All in one moment: what follows from the resumption already meets the team with the adopted merges in it. */
  async function goOn({ found, adoptions, letters }: Aftermath): Promise<void> {
    sendAgain(hubOrThrow(hub), opened.events);
    const { options } = plan;
    const events: EventBody[] = [
      { type: "session.resumed", by: "person", epoch, options, found },
      ...adoptions.flatMap((adoption) => adoption.events),
      ...letters.map(({ to, text }) => {
        return { type: "message.sent", from: COORDINATOR, to, text } as const;
      }),
    ];
    await Promise.all(events.map(core.emit));
  }

  /** False when the base is red and that ends the session. */
  async function checkBase(): Promise<boolean> {
    const { baseChecks } = core.team();
    const isChecked = plan.resume && baseChecks.length >= plan.options.checks.length;
    const isGreen = isChecked
      ? baseChecks.every((check) => check.ok)
      : await integrator.checkBase();
    if (isGreen || plan.options.allow_red) return true;
    const red = core.team().baseChecks.find((check) => !check.ok);
    const output = red?.output.split("\n").slice(-20).join("\n") ?? "";
    const summary = `The base is red before anything was changed: ${red?.command} → exit ${red?.exit ?? "none"}\n${output}`;
    await core.emit({ type: "session.finished", outcome: "failed", summary });
    return false;
  }

  const stop = () => {
    const complaint = disk.complaint();
    // Its pause would wait for room like everything else.
    if (complaint !== undefined) return failed(complaint);
    const { by, reason }: StopOrder = signal.reason;
    pause(by, reason);
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  onOpen({ person, team: core.team, emit: core.emit, show: launcher.show, readGate });
  try {
    begin(work());
    return await over.promise;
  } finally {
    signal.removeEventListener("abort", stop);
    stopAll.abort(new Error("the session is over"));
    await supervisor.close();
    // What waits for room would hold the end up for ever; it is done again after a resume.
    if (disk.complaint() === undefined) {
      await Promise.allSettled([...atWork, integrator.settled()]);
      await core.settled().catch(() => {});
    }
    await hub.close();
  }
}

function hubOrThrow(hub: Hub | undefined): Hub {
  if (hub === undefined) throw new Error("the hub is not open yet");
  return hub;
}
