/** What one agent has read: kept in memory, because a resumed agent has to look again. */
import type { ReadLog } from "./tool.ts";

const KEPT_SOURCES = 50;

export function createReadLog(): ReadLog {
  const hashes = new Map<string, string>();
  let sources: readonly string[] = [];
  return {
    noteRead: (path, hash) => void hashes.set(path, hash),
    hashOf: (path) => hashes.get(path),
    noteSource(source) {
      sources = [source, ...sources.filter((other) => other !== source)].slice(0, KEPT_SOURCES);
    },
    recentSources: (limit) => sources.slice(0, limit),
  };
}
