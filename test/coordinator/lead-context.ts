/** What the lead's tools get besides their desk; they use no more of it than the signal and the board. */
import { type Team, toDetail, toRow } from "../../src/coordinator/team.ts";
import { ToolError } from "../../src/errors.ts";
import { openEnclosure } from "../../src/risk/enclosure.ts";
import { createSecretFilter } from "../../src/risk/hide-secrets.ts";
import { NO_BACKGROUND } from "../../src/tools/background.ts";
import { createReadLog } from "../../src/tools/read-log.ts";
import { NO_SHELLS } from "../../src/tools/shells.ts";
import { NO_TERMINALS } from "../../src/tools/terminals.ts";
import type { ToolContext } from "../../src/tools/tool.ts";

const NO_WALLS = openEnclosure("none", {});
const refuse = () => Promise.reject(new ToolError("This is not for the lead's own tools."));

export function leadContext(team: () => Team, signal = new AbortController().signal): ToolContext {
  return {
    agent: "coordinator",
    task: null,
    root: "/nowhere",
    outputs: "/nowhere",
    reads: createReadLog(),
    board: {
      list: () => [...team().tasks.values()].map(toRow),
      get: (id) => {
        const task = team().tasks.get(id);
        return task === undefined ? undefined : toDetail(task);
      },
    },
    memory: { remember: refuse, recall: () => [] },
    send: refuse,
    ask: refuse,
    report: refuse,
    background: NO_BACKGROUND,
    terminals: NO_TERMINALS,
    shells: NO_SHELLS,
    enclosure: NO_WALLS,
    approvedEnclosure: () => NO_WALLS,
    secrets: createSecretFilter([]),
    signal,
  };
}
