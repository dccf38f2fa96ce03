/** The repository's own instructions for agents: found at the start, and read from the session's copy ever after. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Launch } from "./coordinator.ts";

/** Files in which repositories tell agents how they work, in the order they are given. */
export function findInstructions(root: string): Launch["instructions"] {
  return ["AGENTS.md", "CLAUDE.md"].flatMap((file) => {
    const path = join(root, file);
    return existsSync(path) ? [{ file, text: readFileSync(path, "utf8") }] : [];
  });
}

/** What the session has kept of them. */
export function readInstructions(prompts: string): Launch["instructions"] {
  return JSON.parse(readFileSync(join(prompts, "instructions.json"), "utf8"));
}

/** The prices of models that the session was started with. */
export function readPrices(prompts: string): Launch["prices"] {
  return JSON.parse(readFileSync(join(prompts, "prices.json"), "utf8"));
}
