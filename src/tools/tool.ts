/**
 * What a tool is: a name, a description and a schema for the model, a risk, and a function.
 * A tool returns text; it draws nothing, logs nothing, knows neither the model nor the wire,
 * and reaches outside only through its context.
 */
import { z } from "zod";
import type { Entry, EntryDraft } from "../memory/entry.ts";
import type { Assessment } from "../risk/assessment.ts";
import type { Enclosure } from "../risk/enclosure.ts";
import type { SecretFilter } from "../risk/hide-secrets.ts";
import type { CallTarget } from "../risk/match-rules.ts";
import type { Report, TaskDetail, TaskRow } from "../task.ts";
import type { BackgroundDesk } from "./background.ts";
import type { LinkedFolder } from "./paths.ts";
import type { Shells } from "./shells.ts";
import type { TerminalDesk } from "./terminals.ts";

/** The team's board as this agent knows it. */
export interface BoardView {
  list(): readonly TaskRow[];
  get(id: string): TaskDetail | undefined;
}

/** The team's memory as this agent knows it. */
export interface MemoryDesk {
  /** Resolves when the entry is on disk at the coordinator; origin is added on the way. */
  remember(draft: EntryDraft, sources: readonly string[]): Promise<Entry>;
  recall(query: string, limit: number): readonly Entry[];
}

/** Everything a tool can reach. Paths are absolute; `root` is the real path of the agent's checkout. */
export interface ToolContext {
  readonly agent: string;
  readonly task: string | null;
  readonly root: string;
  /** Folder for outputs too long for the model; `Read` may read below it too. */
  readonly outputs: string;
  /** Dependency folders of the person's that the checkout has as links: for reading alone. */
  readonly links?: readonly LinkedFolder[];
  readonly reads: ReadLog;
  readonly board: BoardView;
  readonly memory: MemoryDesk;
  /** Sends a message to another agent (`coordinator` or a worker's name). Resolves when it is on disk. */
  send(to: string, message: string): Promise<void>;
  /** Asks the person; resolves with their answer, however long that takes. */
  ask(question: string): Promise<string>;
  /** Ends the agent's task. Rejects with `ToolError` when the report can't be accepted. */
  report(report: Report): Promise<void>;
  /** Commands that go on beside the agent; they end with its task. */
  readonly background: BackgroundDesk;
  /** Programs in terminals; they end with the task, too. */
  readonly terminals: TerminalDesk;
  /** Starts the shells of commands. */
  readonly shells: Shells;
  /** How the call's processes are started. Every process of a tool goes through it. */
  readonly enclosure: Enclosure;
  /** The enclosure of a call that a person has approved: what its causes need, for this once. */
  approvedEnclosure(assessment: Assessment): Enclosure;
  /** Hides keys in what a tool returns; whoever runs tools applies it to every result. */
  readonly secrets: SecretFilter;
  readonly signal: AbortSignal;
}

/** What this agent has read so far: `Edit` and `Write` ask it, `Remember` takes its sources from it. */
export interface ReadLog {
  /** Records that the file (absolute path) was read; `hash` is the sha256 of its bytes. */
  noteRead(path: string, hash: string): void;
  hashOf(path: string): string | undefined;
  /** Records where text came from, e.g. `file:src/a.ts` or `command:npm test`. */
  noteSource(source: string): void;
  /** The newest sources, newest first, without repeats. */
  recentSources(limit: number): readonly string[];
}

/**
 * What a call that was cut off has left behind: its result, nothing, or `unknown`, which nobody can tell without looking. `left`
 * is unknown, too, in words for the model about what a look has found.
 */
export type Trace = { readonly done: string } | "not-done" | { readonly left: string } | "unknown";

/** What a call's risk may depend on besides its input. */
export type ToolPlace = Pick<ToolContext, "root" | "outputs" | "links"> &
  // Only the agent's own process has them.
  Partial<Pick<ToolContext, "terminals">>;

/** A call whose input was valid: its risk, then its run. */
export interface PreparedCall {
  /** Throws `ToolError` for a call that can't run at all. */
  assess(place: ToolPlace): Assessment;
  /** What rules and grants have to know of it. */
  target(place: ToolPlace): CallTarget;
  /** Text for the model. Throws `ToolError` for what the model can mend. */
  run(context: ToolContext): Promise<string>;
  /** What `probe` needs to know of the time before the run. */
  before(context: ToolContext): Promise<string | undefined>;
  /** Whether a run that was cut off took effect. Looks only. `before` is what `before` gave then. */
  probe(context: ToolContext, before?: string): Promise<Trace>;
}

export type Preparation =
  | { readonly ok: true; readonly call: PreparedCall }
  | { readonly ok: false; readonly complaint: string };

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON schema of the input, as the model gets it. */
  readonly schema: Record<string, unknown>;
  /** Calls that only read run side by side; the rest one by one, in order. */
  readonly effect: "reads" | "writes";
  prepare(input: unknown): Preparation;
}

export interface ToolDefinition<Shape extends z.ZodObject> {
  readonly name: string;
  readonly description: string;
  readonly effect: "reads" | "writes";
  readonly input: Shape;
  readonly assess: (input: z.infer<Shape>, place: ToolPlace) => Assessment;
  /** Left out, the call touches neither files nor hosts and runs no command. */
  readonly target?: (input: z.infer<Shape>, place: ToolPlace) => CallTarget;
  readonly run: (input: z.infer<Shape>, context: ToolContext) => string | Promise<string>;
  /** Left out, nothing is kept. */
  readonly before?: (input: z.infer<Shape>, context: ToolContext) => Promise<string | undefined>;
  /** Left out, a call that only reads can be repeated, and of any other the trace is unknown. */
  readonly probe?: (
    input: z.infer<Shape>,
    context: ToolContext,
    before: string | undefined,
  ) => Trace | Promise<Trace>;
}

/** Binds a tool's parts together and hides the type of its input, so that tools fit in one list. */
export function defineTool<Shape extends z.ZodObject>(definition: ToolDefinition<Shape>): Tool {
  const { name, description, effect, input, assess, target, run, before, probe } = definition;
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: "input" }) as Record<
    string,
    unknown
  >;
  return {
    name,
    description,
    schema,
    effect,
    prepare(raw) {
      const parsed = input.safeParse(raw);
      if (!parsed.success) return { ok: false, complaint: z.prettifyError(parsed.error) };
      return {
        ok: true,
        call: {
          assess: (place) => assess(parsed.data, place),
          target: (place) => target?.(parsed.data, place) ?? {},
          run: async (context) => run(parsed.data, context),
          before: async (context) => before?.(parsed.data, context),
          probe: async (context, known) => {
            if (probe !== undefined) return probe(parsed.data, context, known);
            return effect === "reads" ? "not-done" : "unknown";
          },
        },
      };
    },
  };
}

/** The assessment of a call that changes nothing and reads only what the agent may read. */
export const LOW: Assessment = { risk: "LOW", reasons: [] };
