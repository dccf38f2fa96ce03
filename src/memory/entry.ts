/** One thing the team remembers. Who, when, for which task and from what it came is set by code, never by the model. */
import { z } from "zod";

export const EntryKind = z.enum(["fact", "convention", "decision", "warning"]);
export type EntryKind = z.infer<typeof EntryKind>;

/** What an agent may say itself. */
export const EntryDraft = z.object({
  text: z.string(),
  kind: EntryKind,
  /** Files the entry is about, relative to the repository's root. */
  files: z.array(z.string()),
});
export type EntryDraft = z.infer<typeof EntryDraft>;

/**
 * `sources` name what the writer had read or run shortly before: `file:src/a.ts`, `command:npm test`, `message:ada`.
 * `trust` is `person` for what a person wrote, `agent` for all else; it never rises by itself.
 */
export const Entry = EntryDraft.extend({
  id: z.string(),
  by: z.string(),
  task: z.string().nullable(),
  at: z.string(),
  sources: z.array(z.string()),
  trust: z.enum(["person", "agent"]),
});
export type Entry = z.infer<typeof Entry>;
