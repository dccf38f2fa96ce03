/** A person's command asks the running coordinator, with the person's own key from the session's folder. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { SwarmError } from "../errors.ts";
import { readKey } from "../ipc/keys.ts";
import { openLink } from "../ipc/link.ts";
import { type PersonRequest, Request } from "../ipc/messages.ts";
import { createLog } from "../log.ts";
import { findRunFolder } from "../session/run-folder.ts";
import type { SessionView } from "./session-view.ts";

/** Resolves with the coordinator's words; throws `SwarmError` where it refuses or is not there. */
export async function askCoordinator(
  view: Pick<SessionView, "name" | "folder" | "at" | "isLive">,
  request: PersonRequest,
): Promise<string> {
  const run = view.isLive ? await findRunFolder(view.folder) : undefined;
  if (run === undefined) {
    throw new SwarmError("usage", `The session ${view.name} has no running coordinator.`, {
      mend: "swarmux sessions",
    });
  }
  await using link = openLink({
    endpoint: `ipc://${join(run, "bus.sock")}`,
    session: view.name,
    name: `person-${randomBytes(8).toString("hex")}`,
    key: await readKey(join(view.at.keys, "person.key")),
    log: createLog(view.at.log, "person"),
  });
  await link.ready;
  const answer = await link.request(Request.parse({ ...request, pid: process.pid }), {
    signal: AbortSignal.timeout(10_000),
  });
  if (answer.type === "ok") return answer.text;
  const why = "why" in answer ? answer.why : "it was not understood";
  throw new SwarmError("usage", why, { mend: `swarmux status --session ${view.name}` });
}
