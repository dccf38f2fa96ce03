/**
 * What the Messages API accepts: the shape of a request, field by field. A field that is not named here is a 400,
 * as on the real API; so are sampling parameters, prefill and forced tool choice (`check-request.ts`).
 */
import { z } from "zod";

const CacheControl = z.strictObject({
  type: z.literal("ephemeral"),
  ttl: z.enum(["5m", "1h"]).optional(),
});
export type CacheControl = z.infer<typeof CacheControl>;

const cache_control = CacheControl.nullish();
const text = z.string().min(1, "text content blocks must be non-empty");
const toolName = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,128}$/, "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
const NO_CONTENT = "all messages must have non-empty content";

const TextBlock = z.strictObject({
  type: z.literal("text"),
  text,
  cache_control,
  citations: z.array(z.unknown()).max(0, "citations are not permitted on text blocks").nullish(),
});
const ImageBlock = z.strictObject({
  type: z.literal("image"),
  source: z.looseObject({ type: z.string() }),
  cache_control,
});
const DocumentBlock = z.strictObject({
  type: z.literal("document"),
  source: z.looseObject({ type: z.string() }),
  title: z.string().nullish(),
  context: z.string().nullish(),
  citations: z.looseObject({}).nullish(),
  cache_control,
});
const ToolResultBlock = z.strictObject({
  type: z.literal("tool_result"),
  tool_use_id: z.string(),
  content: z
    .union([
      z.string(),
      z.array(z.discriminatedUnion("type", [TextBlock, ImageBlock, DocumentBlock])),
    ])
    .optional(),
  is_error: z.boolean().optional(),
  cache_control,
});
const ToolUseBlock = z.strictObject({
  type: z.literal("tool_use"),
  id: z.string().regex(/^[a-zA-Z0-9_-]+$/, "String should match pattern '^[a-zA-Z0-9_-]+$'"),
  name: toolName,
  input: z.record(z.string(), z.unknown()),
  caller: z.looseObject({ type: z.literal("direct") }).optional(),
  cache_control,
});
const ThinkingBlock = z.strictObject({
  type: z.literal("thinking"),
  thinking: z.string(),
  signature: z.string(),
});

const UserBlock = z.discriminatedUnion("type", [
  TextBlock,
  ImageBlock,
  DocumentBlock,
  ToolResultBlock,
]);
const AssistantBlock = z.discriminatedUnion("type", [TextBlock, ToolUseBlock, ThinkingBlock]);

function content<Item extends z.ZodType>(block: Item) {
  return z.union([z.string().min(1, NO_CONTENT), z.array(block).min(1, NO_CONTENT)]);
}

const Message = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("user"), content: content(UserBlock) }),
  z.strictObject({ role: z.literal("assistant"), content: content(AssistantBlock) }),
  z.strictObject({ role: z.literal("system"), content: content(TextBlock) }),
]);
export type Message = z.infer<typeof Message>;
export type Block = z.infer<typeof UserBlock> | z.infer<typeof AssistantBlock>;

const Tool = z.strictObject({
  type: z.literal("custom").nullish(),
  name: toolName,
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal("object") }),
  strict: z.boolean().optional(),
  defer_loading: z.boolean().optional(),
  eager_input_streaming: z.boolean().nullish(),
  input_examples: z.array(z.looseObject({})).optional(),
  allowed_callers: z.array(z.string()).optional(),
  cache_control,
});

const parallel = { disable_parallel_tool_use: z.boolean().optional() };
const counted = {
  model: z.string().min(1),
  messages: z.array(Message).min(1, "at least one message is required").max(100_000),
  system: z.union([z.string(), z.array(TextBlock)]).optional(),
  tools: z.array(Tool).optional(),
  tool_choice: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("auto"), ...parallel }),
      z.strictObject({ type: z.literal("any"), ...parallel }),
      z.strictObject({ type: z.literal("tool"), name: toolName, ...parallel }),
      z.strictObject({ type: z.literal("none") }),
    ])
    .optional(),
  thinking: z
    .discriminatedUnion("type", [
      z.strictObject({
        type: z.literal("adaptive"),
        display: z.enum(["summarized", "omitted"]).nullish(),
      }),
      z.strictObject({ type: z.literal("between_tools") }),
      z.strictObject({ type: z.literal("disabled") }),
      z.strictObject({ type: z.literal("enabled"), budget_tokens: z.number() }),
    ])
    .optional(),
  output_config: z
    .strictObject({
      effort: z.enum(["low", "medium", "high", "xhigh", "max"]).nullish(),
      format: z.looseObject({ type: z.literal("json_schema") }).nullish(),
    })
    .optional(),
  cache_control,
  speed: z.enum(["standard", "fast"]).nullish(),
};

const CountTokensRequest = z.strictObject(counted);

const MessagesRequest = z.strictObject({
  ...counted,
  max_tokens: z.int().min(0),
  container: z.unknown().optional(),
  diagnostics: z.strictObject({ previous_message_id: z.string().nullish() }).nullish(),
  inference_geo: z.string().nullish(),
  metadata: z.strictObject({ user_id: z.string().nullish() }).optional(),
  service_tier: z.enum(["auto", "standard_only"]).optional(),
  stop_sequences: z.array(z.string()).optional(),
  stream: z.boolean().optional(),
});

/** What both endpoints share; it is all that caching, thinking and scenarios look at. */
export type Prompt = z.infer<typeof CountTokensRequest>;
export type MessagesRequest = z.infer<typeof MessagesRequest>;

export type Shape<Request> =
  | { readonly ok: true; readonly request: Request }
  | { readonly ok: false; readonly message: string };

export function readMessagesRequest(body: unknown): Shape<MessagesRequest> {
  return read<MessagesRequest>(MessagesRequest, body);
}

export function readCountTokensRequest(body: unknown): Shape<Prompt> {
  return read<Prompt>(CountTokensRequest, body);
}

function read<Request>(schema: z.ZodType<Request>, body: unknown): Shape<Request> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return { ok: true, request: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, message: issue ? describe(issue, []) : "invalid request" };
}

/** The API's way to name a fault: `messages.0.content.1.text: what is wrong`. */
function describe(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): string {
  const path = [...above, ...issue.path];
  if (issue.code === "invalid_union") {
    const branch = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0]?.[0];
    if (branch) return describe(branch, path);
    return `${path.join(".")}: Input tag is not one of the expected tags`;
  }
  if (issue.code === "unrecognized_keys") {
    return `${[...path, issue.keys[0]].join(".")}: Extra inputs are not permitted`;
  }
  const isMissing = issue.code === "invalid_type" && issue.message.endsWith("undefined");
  return `${path.join(".")}: ${isMissing ? "Field required" : issue.message}`;
}

/** Of a union's branches the one that got furthest is the one that was meant. */
function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(
    ...issues.map((issue) => issue.path.length + (issue.code === "invalid_type" ? 0 : 1)),
  );
}
