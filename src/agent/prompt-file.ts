/** A prompt is data: settings on top between `---` lines, plain language below. */
import { z } from "zod";
import { SwarmError } from "../errors.ts";
import { MAX_TOKENS } from "./model.ts";

const Settings = z.strictObject({
  effort: z.enum(["low", "medium", "high"]).optional(),
  max_tokens: z.coerce.number().default(MAX_TOKENS),
});

export interface Prompt {
  readonly text: string;
  readonly maxTokens: number;
  readonly effort: "low" | "medium" | "high" | undefined;
}

/** Throws `SwarmError("config")` that names `path` for settings that do not exist. */
export function parsePrompt(source: string, path: string): Prompt {
  const match = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(source);
  const lines = (match?.[1] ?? "").split("\n").filter((line) => line.trim() !== "");
  const pairs = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
  });
  const settings = Settings.safeParse(Object.fromEntries(pairs));
  if (!settings.success) {
    throw new SwarmError("config", `The settings on top of ${path} can't be used.`, {
      mend: z.prettifyError(settings.error),
    });
  }
  const { effort, max_tokens } = settings.data;
  return { text: (match?.[2] ?? source).trim(), maxTokens: max_tokens, effort };
}
