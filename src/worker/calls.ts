/** What is recorded around a worker's tool calls: intent, then outcome, here first and then at the coordinator. */
import type { Conversation } from "../agent/conversation.ts";
import type { Assessment } from "../risk/assessment.ts";
import { consentHash } from "../risk/consent.ts";
import { giftsFor } from "../risk/gives.ts";
import type { SecretFilter } from "../risk/hide-secrets.ts";
import type { CallHooks, Permission, ToolCall } from "../tools/run.ts";
import type { GateReply, Mailroom } from "./mailroom.ts";
import type { Pane } from "./pane.ts";

/** Longer strings of a call's input stay in the worker's own journal; commands stand in both, whole. */
const MAX_FIELD = 4_000;
/** A yes that is older than this does not count any more. */
const YES_KEEPS_MS = 10 * 60_000;
const MAX_COMMAND = 256 * 1024;

export interface CallHooksOptions {
  readonly conversation: Conversation;
  readonly mailroom: Mailroom;
  readonly pane: Pane;
  readonly task: string;
  readonly worker: string;
  /** The checkout. */
  readonly root: string;
  readonly secrets: SecretFilter;
  readonly signal: AbortSignal;
  effectOf(tool: string): "reads" | "writes";
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export function createCallHooks(options: CallHooksOptions): CallHooks {
  const { conversation, mailroom, pane, task, worker, root, secrets, signal, effectOf } = options;
  const { now = Date.now } = options;

  async function permit(
    call: ToolCall,
    assessment: Pick<Assessment, "risk" | "reasons" | "causes" | "parts">,
  ): Promise<Permission> {
    const { id, name, input } = call;
    const { risk, reasons, causes = [], parts } = assessment;
    const action = { tool: name, input: asRecord(input), cwd: root, worker };
    const hash = consentHash(action);
    const shown = {
      call: id,
      task,
      tool: name,
      input: action.input,
      risk,
      reasons: [...reasons],
      cwd: root,
      hash,
      // Only a command starts processes.
      ...(parts === undefined ? {} : { gives: [...giftsFor(causes)] }),
    };
    pane.waiting({ name, input: action.input, reasons });
    const asked = performance.now();
    const reply = await mailroom.askPerson(shown, signal);
    pane.note(answerWords(reply));
    if (reply === undefined)
      return { allowed: false, why: "Interrupted before a person answered." };
    const { gate } = reply;
    if (!reply.allowed) return { allowed: false, why: denial(reply.note) };
    if (isStale(reply, { now: now(), waited: performance.now() - asked })) {
      const reason = "the yes is older than ten minutes: it is asked for again";
      await mailroom.say({ type: "gate.void", gate, reason });
      return permit(call, assessment);
    }
    if (reply.input !== undefined) return { allowed: true, gate, input: reply.input };
    if (consentHash(action) === hash) return { allowed: true, gate };
    const reason = "a file that it runs changed after the person had said yes";
    await mailroom.say({ type: "gate.void", gate, reason });
    return { allowed: false, why: `Not run: ${reason}. Call it again to ask again.` };
  }

  return {
    permit,
    started: async (call, { risk }, { before, ...leave }) => {
      const { id, name } = call;
      const input = withoutSecrets(asRecord(call.input), secrets);
      pane.callStarted({ id, name, input });
      const start = { type: "tool.started", id, task, tool: name } as const;
      await Promise.all([
        conversation.intent({
          id,
          tool: name,
          input: call.input,
          effect: effectOf(name),
          ...(before === undefined ? {} : { before }),
        }),
        mailroom.say({ ...start, input: clip(input), risk, ...leave }),
      ]);
    },
    finished: async ({ id }, { ok, content, ms, refused }) => {
      pane.callFinished({ id, ok, ms, refused, content });
      const end = { type: "tool.finished", id, ok, ms } as const;
      await Promise.all([
        conversation.outcome({ id, content, isError: !ok }),
        mailroom.say(refused === undefined ? end : { ...end, refused }),
      ]);
    },
  };
}

/**
 * Answers of older journals carry no time. One from the future was given before the machine's clock was set back: an answer is
 * younger than its question, so it counts where this process has asked it not long ago.
 */
function isStale(
  { at, askedBefore }: GateReply,
  { now, waited }: { now: number; waited: number },
): boolean {
  if (at === undefined) return false;
  const age = now - Date.parse(at);
  if (age >= -YES_KEEPS_MS) return age > YES_KEEPS_MS;
  return askedBefore || waited > YES_KEEPS_MS;
}

function answerWords(reply: GateReply | undefined): string {
  if (reply === undefined) return "nobody answered";
  if (reply.input !== undefined) return "changed by the person, and judged anew";
  if (reply.allowed) return "approved once";
  return reply.note === "" ? "denied" : `denied: ${reply.note}`;
}

/** A no of the person, with their words as they are. */
function denial(note: string): string {
  const words = note === "" ? "The person said no." : `The person said no: ${note}`;
  return `${words}\nIt was not run. Go on without it, or report blocked if the task needs it. The same action asked for again and denied again ends the task.`;
}

function asRecord(input: unknown): Record<string, unknown> {
  return typeof input === "object" && input !== null && !Array.isArray(input)
    ? { ...input }
    : { input };
}

/** What a command was given on its line stands in the agent's own words, and nowhere else. */
function withoutSecrets(
  input: Record<string, unknown>,
  secrets: SecretFilter,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      name,
      typeof value === "string" ? secrets.hide(value) : value,
    ]),
  );
}

function clip(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) =>
      typeof value === "string" && value.length > (name === "command" ? MAX_COMMAND : MAX_FIELD)
        ? [name, `${value.slice(0, MAX_FIELD)}… (${value.length} characters)`]
        : [name, value],
    ),
  );
}
