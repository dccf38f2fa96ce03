/** `swarmux memory`: what the team remembers, each entry with where it came from. */
import { SwarmError } from "../errors.ts";
import type { Entry } from "../memory/entry.ts";
import { searchEntries } from "../memory/search.ts";
import type { Output } from "./output.ts";
import { viewSession } from "./session-view.ts";

interface MemoryOptions {
  readonly session?: string;
  readonly json?: boolean;
}

export async function memoryList(output: Output, options: MemoryOptions) {
  const { team } = await viewSession(options.session);
  print(output, team.memory, options);
}

export async function memorySearch(output: Output, query: string, options: MemoryOptions) {
  const { team } = await viewSession(options.session);
  print(output, searchEntries(team.memory, query, 20), options);
}

export async function memoryShow(output: Output, id: string, options: MemoryOptions) {
  const { team } = await viewSession(options.session);
  const entry = team.memory.find((one) => one.id === id);
  if (entry === undefined) {
    throw new SwarmError("usage", `The team remembers nothing under ${id}.`, {
      mend: "swarmux memory list",
    });
  }
  if (options.json) return output.json({ v: 1, ...entry });
  output.line(entry.text);
  output.line("");
  output.line(`kind     ${entry.kind}`);
  output.line(`by       ${entry.by}${entry.task === null ? "" : `, task ${entry.task}`}`);
  output.line(`at       ${entry.at}`);
  output.line(`files    ${entry.files.join(", ") || "-"}`);
  output.line(`sources  ${entry.sources.join(", ") || "-"}`);
  output.line(`trust    ${entry.trust}`);
}

function print(output: Output, entries: readonly Entry[], { json }: MemoryOptions) {
  for (const entry of entries) {
    if (json) output.json({ v: 1, ...entry });
    else
      output.line(
        `${entry.id.padEnd(4)} ${entry.kind.padEnd(11)} ${entry.by.padEnd(8)} ${entry.text}`,
      );
  }
  if (entries.length === 0 && !json) output.note("Nothing is remembered about that.");
}
