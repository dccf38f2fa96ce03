/** What a worker's tools reach: board, memory, mail and the log of what it has read. */
import { ToolError } from "../errors.ts";
import { searchEntries } from "../memory/search.ts";
import type { TaskDetail, TaskRow } from "../task.ts";
import type { Background } from "../tools/background.ts";
import { createReadLog } from "../tools/read-log.ts";
import { createShells } from "../tools/shells.ts";
import { createTerminals, type Terminals } from "../tools/terminals.ts";
import type { ToolContext } from "../tools/tool.ts";
import { type BackgroundJournal, openBackground } from "./background.ts";
import type { Mailroom } from "./mailroom.ts";
import type { Pane } from "./pane.ts";
import type { Assignment } from "./records.ts";

/** What a task's context needs besides the desk itself. */
export type Surroundings = Pick<
  ToolContext,
  "root" | "links" | "outputs" | "enclosure" | "approvedEnclosure" | "secrets" | "signal"
>;

/** A task's context, less the report. Its background commands and terminals are to be closed. */
export type TaskContext = Omit<ToolContext, "report" | "background" | "terminals"> & {
  readonly background: Background;
  readonly terminals: Terminals;
};

export interface WorkerDesk {
  contextFor(job: Assignment, around: Surroundings): TaskContext;
}

export interface DeskOptions {
  readonly mailroom: Mailroom;
  readonly name: string;
  readonly pane: Pick<Pane, "note">;
  readonly journal: BackgroundJournal;
}

export function createDesk({ mailroom, name, pane, journal }: DeskOptions): WorkerDesk {
  return {
    contextFor(job, around) {
      const shells = createShells(around.root, around.enclosure);
      return {
        ...around,
        shells,
        background: openBackground(journal, job.task.id, { ...around, shells }),
        terminals: createTerminals(around.root),
        agent: name,
        task: job.task.id,
        reads: createReadLog(),
        board: {
          list: () => mailroom.rows().map(toRow),
          get: (id) => mailroom.rows().find((row) => row.id === id),
        },
        memory: {
          async remember(draft, sources) {
            const task = job.task.id;
            await mailroom.say({ type: "remember", draft, sources: [...sources], task });
            return mailroom.remembered(draft.text, name, around.signal);
          },
          recall: (query, limit) => searchEntries(mailroom.entries(), query, limit),
        },
        async ask(text) {
          const { signal } = around;
          pane.note(`asks you: ${text}`);
          const answer = await mailroom.askQuestion({ task: job.task.id, text }, signal);
          if (answer === undefined) throw signal.reason;
          pane.note(`you answer: ${answer}`);
          return answer;
        },
        async send(to, message) {
          const others = new Set(mailroom.rows().flatMap((row) => row.owner ?? []));
          others.delete(name);
          if (to !== "coordinator" && !others.has(to)) {
            const known = ["coordinator", ...others].join(", ");
            throw new ToolError(`There is nobody called ${to}. You can write to: ${known}.`);
          }
          await mailroom.say({ type: "message", to, text: message });
        },
      };
    },
  };
}

function toRow({ id, subject, status, owner, blockedBy, risk }: TaskDetail): TaskRow {
  return { id, subject, status, owner, blockedBy, risk };
}
