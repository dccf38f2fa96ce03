/**
 * The scenario behind `swarmux demo`: a small shop is moved from callbacks to promises. It knows the team only by its
 * tools, and every answer follows from what the conversation holds.
 */
import type { Reply, Scenario, ScenarioRequest } from "../scenario.ts";
import { leadReply } from "./demo-lead.ts";
import { moverReply } from "./demo-mover.ts";
import { keeperReply, writerReply } from "./demo-others.ts";
import { type Pace, STAND_IN, say, workOf } from "./demo-script.ts";

/** The scenario at the pace at which a person can follow. */
export const demo = createDemo("demo", { restMs: 500, longMs: 3_000 });

/** The same without its rests, but for the one in which a process is killed. */
export const fastDemo = createDemo("demo-fast", { restMs: 20, longMs: 1_500 });

function createDemo(name: string, pace: Pace): Scenario {
  return {
    name,
    description: "Moves the sample shop from callbacks to promises.",
    reply(request) {
      if (request.toolNames.includes("TaskCreate")) return leadReply(request, pace);
      return workerReply(request, pace);
    },
  };
}

function workerReply(request: ScenarioRequest, pace: Pace): Reply {
  const work = workOf(request, pace);
  const folder = /The (\w+) answers with promises/.exec(request.firstUserText)?.[1];
  if (folder !== undefined) return moverReply(work, folder);
  if (request.firstUserText.includes("callbacks.md`, which")) return keeperReply(work);
  if (request.firstUserText.includes("describe the promises")) return writerReply(work);
  return { blocks: [say(`${STAND_IN}, and know only the tasks of the demo.`)] };
}
