/** A team in the middle of its work, with something in every group, and its story. */

import { evolve, foldTeam } from "../../../../src/coordinator/evolve.ts";
import { concerns, eventLines } from "../../../../src/coordinator/screen/lines.ts";
import type { Told } from "../../../../src/coordinator/screen/view/pages.ts";
import { EMPTY_TEAM, type Team } from "../../../../src/coordinator/team.ts";
import type { EventBody } from "../../../../src/session/events.ts";
import {
  assigned,
  created,
  finished,
  inProgress,
  journalOf,
  merged,
  queued,
  ready,
  reported,
  spawned,
  started,
} from "../../support.ts";
import { gateOf } from "../support.ts";

const call = (agent: string, task: string, context: number): EventBody => ({
  type: "model.called",
  agent,
  task,
  model: "claude-sonnet-5-5",
  usage: { input: context, output: 0, cache_read: 0, cache_write: 0 },
  cost_usd: 0.18,
  duration_ms: 900,
  cache: 0.9,
});

const edits = (agent: string, id: string, task: string): EventBody => ({
  type: "tool.started",
  agent,
  id,
  task,
  tool: "Edit",
  input: { file_path: "src/cart.ts", old_string: "a\nb", new_string: "a\nc\nd" },
  risk: "MEDIUM",
});

export const STORY: readonly EventBody[] = [
  started({ workers: 4, budget: 5, yes: false }),
  created("t1", { subject: "Move the storage module to promises" }),
  created("t2", { subject: "Move the cart module to promises", blockedBy: ["t1"] }),
  created("t3", { subject: "Move the checkout module to promises", blockedBy: ["t1"] }),
  created("t4", { subject: "Push the branch for review", risk: "HIGH" }),
  created("t5", { subject: "Update the documentation", blockedBy: ["t2", "t3"] }),
  created("t6", { subject: "Drop Node 18", risk: "LOW" }),
  { type: "plan.proposed", tasks: ["t1", "t2", "t3", "t4", "t5", "t6"] },
  { type: "plan.approved", by: "person" },
  assigned("t1", "ada"),
  spawned("ada"),
  ready("ada"),
  inProgress("t1"),
  reported("t1", "ada"),
  queued("t1", "ada"),
  merged("t1"),
  finished("t1", "completed"),
  assigned("t2", "ada"),
  inProgress("t2"),
  call("ada", "t2", 412_000),
  edits("ada", "c1", "t2"),
  { type: "tool.finished", agent: "ada", id: "c1", ok: true, ms: 3 },
  edits("ada", "c2", "t2"),
  assigned("t3", "ben"),
  spawned("ben", 2),
  ready("ben"),
  inProgress("t3"),
  reported("t3", "ben"),
  queued("t3", "ben"),
  assigned("t4", "cleo"),
  spawned("cleo", 3),
  ready("cleo"),
  inProgress("t4"),
  gateOf("cleo-1", { worker: "cleo", task: "t4", input: { command: "git push origin HEAD" } }),
  assigned("t6", "dov"),
  spawned("dov", 4),
  ready("dov"),
  inProgress("t6"),
  finished("t6", "failed"),
];

export function teamAt(): Team {
  return foldTeam(journalOf(...STORY));
}

export function toldAt(): Told[] {
  let team = EMPTY_TEAM;
  return journalOf(...STORY).flatMap((event): Told[] => {
    const before = team;
    team = evolve(team, event);
    const lines = eventLines({ before, after: team, event });
    return lines.length === 0 ? [] : [{ lines, agents: concerns(event) }];
  });
}
