/** The rules of a saved session: fixed when it started, and since then only ever made stricter. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { Rule } from "../permissions.ts";

/**
 * What holds when a session is resumed: everything that asked or refused, then or now, and of what was allowed then what still
 * is. `current` are the rules of the configuration as it stands.
 */
export async function resumedRules(
  path: string,
  current: readonly Rule[],
): Promise<readonly Rule[]> {
  const stored = await loadRules(path);
  return stored === undefined ? current : stricter(stored, current);
}

export function stricter(stored: readonly Rule[], current: readonly Rule[]): readonly Rule[] {
  const known = new Set(current.map(keyOf));
  const kept = stored.filter((rule) => rule.verdict !== "allow" || known.has(keyOf(rule)));
  const old = new Set(kept.map(keyOf));
  return [...kept, ...current.filter((rule) => rule.verdict !== "allow" && !old.has(keyOf(rule)))];
}

/** Undefined for a session of a version that had no rules. */
export async function loadRules(path: string): Promise<readonly Rule[] | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  return z.array(Rule).parse(JSON.parse(text));
}

function keyOf({ verdict, tool, pattern, origin }: Rule): string {
  return JSON.stringify([verdict, tool, pattern, origin.scope]);
}
