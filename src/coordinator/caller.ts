/** Where a person's command was typed, for the journal: process, terminal, user. */
import { readlinkSync, statSync } from "node:fs";

/** `process 4711 on /dev/pts/3, user 1000`; what can't be found out is left out. */
export function callerOf(pid: number): string {
  const terminal = terminalOf(pid);
  const user = attempt(() => statSync(`/proc/${pid}`).uid);
  return [
    `process ${pid}${terminal === undefined ? "" : ` on ${terminal}`}`,
    ...(user === undefined ? [] : [`user ${user}`]),
  ].join(", ");
}

function terminalOf(pid: number): string | undefined {
  const links = [0, 1, 2].map((fd) => attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)));
  return links.find((link) => link !== undefined && /^\/dev\/(pts|tty)/.test(link));
}

function attempt<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
