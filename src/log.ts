/** A process's own log for whoever has to find a fault: NDJSON, one write a line, never on stdout. */
import { appendFileSync } from "node:fs";

export interface Log {
  info(text: string, facts?: Record<string, unknown>): void;
  warn(text: string, facts?: Record<string, unknown>): void;
}

/** Appends to the file at `path`; a log that cannot be written never stops the work. */
export function createLog(path: string, who: string): Log {
  const write = (level: string, text: string, facts: Record<string, unknown> = {}) => {
    try {
      const line = { ts: new Date().toISOString(), level, who, text, ...facts };
      appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    } catch {
      // A full disk is reported by the journal, which must not lose a line; the log may.
    }
  };
  return {
    info: (text, facts) => write("info", text, facts),
    warn: (text, facts) => write("warn", text, facts),
  };
}

export const silentLog: Log = { info: () => {}, warn: () => {} };
