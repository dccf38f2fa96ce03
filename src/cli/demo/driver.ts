/**
 * The person of the demo: follows the journal, answers the gates after a visible pause unless somebody was faster, and
 * kills one worker's process. It reaches the team only as any terminal of the person can.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { evolve } from "../../coordinator/evolve.ts";
import { EMPTY_TEAM, type Team } from "../../coordinator/team.ts";
import { SwarmError } from "../../errors.ts";
import type { PersonRequest } from "../../ipc/messages.ts";
import { type EventOf, type Gate, parseEvent, type SessionEvent } from "../../session/events.ts";
import { paths } from "../../session/folders.ts";
import { followJournal } from "../../session/follow.ts";
import { askCoordinator } from "../ask.ts";

export interface DriverOptions {
  readonly session: string;
  readonly folder: string;
  /** How long a gate waits for a faster person. */
  readonly pauseMs: number;
  /** Shows a line beside the team's own. */
  say(line: string): void;
  readonly signal: AbortSignal;
}

/** Stands in every answer, so that the journal says who gave it. */
const WHO = "the demo answers for you";
const BRANCH = "callbacks-v1";
/** The task whose worker is killed, once this many of its files are changed. */
const VICTIM = /^The shipping /;
const CHANGES = 3;

/** Runs until the session ends, or `signal` aborts. Resolves with the team as it was then. */
export async function runDriver(options: DriverOptions): Promise<Team> {
  const { folder, signal } = options;
  const at = paths(folder);
  let team: Team = EMPTY_TEAM;
  const work: Promise<void>[] = [];
  const changes = new Set<string>();
  let hasKilled = false;

  const ask = (request: PersonRequest) =>
    askCoordinator({ name: options.session, folder, at, isLive: true }, request);

  async function answer(gate: Gate): Promise<void> {
    const { approve, note } = decide(gate);
    const seconds = (options.pauseMs / 1000).toFixed(1);
    options.say(
      `${WHO} in ${seconds} s, unless you are faster: ${gate.id} ${approve ? "yes" : "no"}`,
    );
    await sleep(options.pauseMs, undefined, { signal });
    if (!team.gates.has(gate.id)) return;
    const { id, hash } = gate;
    try {
      const said = note === "" ? WHO : `${WHO}: ${note}`;
      const request = { type: "gate", gate: id, hash, note: said } as const;
      await ask({ ...request, answer: approve ? "once" : "deny" });
    } catch (error) {
      // Somebody was faster, or the session ended meanwhile.
      if (!(error instanceof SwarmError)) throw error;
    }
  }

  async function kill(worker: string, pid: number): Promise<void> {
    const words = `kill -9 of ${worker}'s process ${pid}, once`;
    options.say(`the demo: ${words}`);
    process.kill(pid, "SIGKILL");
    await ask({
      type: "tell",
      to: "coordinator",
      text: `This is the demo: ${words}. It comes back and goes on where it was; nothing is for you to do.`,
    });
  }

  function onEvent(event: SessionEvent): void {
    if (event.type === "gate.opened") work.push(answer(event.gate));
    if (event.type === "tool.started" && isChange(team, event)) changes.add(event.id);
    if (event.type !== "tool.finished" || !changes.delete(event.id) || hasKilled) return;
    const pid = team.workers.get(event.agent)?.pid ?? null;
    changed += 1;
    if (changed < CHANGES || pid === null) return;
    hasKilled = true;
    work.push(kill(event.agent, pid));
  }
  let changed = 0;

  for await (const line of followJournal(at.journal, { signal })) {
    const event = parseEvent(line);
    team = evolve(team, event);
    onEvent(event);
    if (team.state !== "running") break;
  }
  await Promise.allSettled(work);
  return team;
}

/** No to the mirror, with the branch to push instead; yes to exactly that branch; no to all that the story does not hold. */
function decide({ tool, input }: Gate): { approve: boolean; note: string } {
  const command = tool === "Bash" ? String(input["command"]) : "";
  if (command === `git push origin HEAD:refs/heads/${BRANCH}`) return { approve: true, note: "" };
  if (/^git push --mirror\b/.test(command)) {
    const note = `a mirror would replace every branch there; push only this commit, to the branch ${BRANCH}`;
    return { approve: false, note };
  }
  return { approve: false, note: "this is not part of the demo" };
}

function isChange(team: Team, event: EventOf<"tool.started">): boolean {
  const subject = team.tasks.get(event.task ?? "")?.subject ?? "";
  return event.tool === "Edit" && VICTIM.test(subject);
}
