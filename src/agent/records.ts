/**
 * What an agent's journal holds about its conversation, one schema a record. The history that goes to the model is a
 * fold of these, and every prefix of them folds to a history that the API takes.
 */
import { z } from "zod";
import type { Block } from "./model.ts";

// Not parsed into an object of a known shape: that would move `type` to the front, and blocks are kept byte for byte.
const Block = z.custom<Block>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    "type" in value &&
    typeof value.type === "string",
);

const Usage = z.object({
  input: z.number(),
  output: z.number(),
  cache_read: z.number(),
  cache_write: z.number(),
});

export const AgentRecord = z.discriminatedUnion("type", [
  /** A new conversation starts; what was said before is not part of it. */
  z.object({
    type: z.literal("agent.began"),
    task: z.string().nullable(),
    model: z.string(),
    /** Hash of the system prompt and the tools that stand before the conversation. Older journals lack it. */
    prefix: z.string().optional(),
  }),
  /** Something else stands before the conversation from here on; thinking is bound to what stood there, and goes. */
  z.object({ type: z.literal("agent.rebound"), prefix: z.string() }),
  /** `heard`: what came for the agent up to this number stands in this turn or an earlier one. */
  z.object({
    type: z.literal("agent.user"),
    content: z.array(Block),
    heard: z.number().optional(),
  }),
  z.object({
    type: z.literal("agent.answer"),
    content: z.array(Block),
    stop_reason: z.string(),
    usage: Usage,
    model: z.string(),
  }),
  /** The call is about to run. On disk before it does. */
  z.object({
    type: z.literal("call.intent"),
    id: z.string(),
    tool: z.string(),
    input: z.unknown(),
    effect: z.enum(["reads", "writes"]),
    /** What the tool needs to know of the time before, to find out later whether it ran. */
    before: z.string().optional(),
  }),
  /** What came of the call. On disk before the model hears of it. */
  z.object({
    type: z.literal("call.outcome"),
    id: z.string(),
    content: z.string(),
    is_error: z.boolean(),
  }),
  /** All calls of the newest answer are answered: with their outcomes in the order of `ids`, then with `texts`. */
  z.object({
    type: z.literal("agent.results"),
    ids: z.array(z.string()),
    texts: z.array(z.string()),
    heard: z.number().optional(),
  }),
  z.object({ type: z.literal("agent.ended"), task: z.string().nullable(), why: z.string() }),
]);
export type AgentRecord = z.infer<typeof AgentRecord>;

const TYPES = new Set<unknown>(AgentRecord.options.map((option) => option.shape.type.value));

/**
 * The record in one line of a journal, or undefined for a line of another kind, since a worker's journal holds more
 * than its conversation. Throws `ZodError` for a line that claims to be a record and is not.
 */
export function parseAgentRecord(line: object): AgentRecord | undefined {
  return "type" in line && TYPES.has(line.type) ? AgentRecord.parse(line) : undefined;
}
