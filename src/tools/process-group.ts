/** Ends a command with all that it has started: TERM to the whole process group, then KILL. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const GRACE = 2000;
const LOOK_EVERY = 25;

/** Resolves when no process of the group is left, or has been sent KILL. `pid` is the group's leader. */
export async function endGroup(pid: number): Promise<void> {
  if (!signalGroup(pid, "SIGTERM")) return;
  const deadline = performance.now() + GRACE;
  while (performance.now() < deadline) {
    await sleep(LOOK_EVERY);
    if (!signalGroup(pid, 0) || !hasLiving(pid)) return;
  }
  signalGroup(pid, "SIGKILL");
}

/** The same for all groups of a session, such as the jobs of a shell in a terminal. `leader` is the session's. */
export async function endSession(leader: number): Promise<void> {
  const groups = new Set([leader]);
  for (const { group, session } of readStats()) if (session === leader) groups.add(group);
  await Promise.all([...groups].map(endGroup));
}

/** False where there is no such group any more. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

/** The dead stay in their group until their parent has asked for them, which may take an init process seconds. */
function hasLiving(group: number): boolean {
  const stats = readStats();
  // Without such a table, nobody can tell.
  if (stats.length === 0) return true;
  return stats.some((one) => one.group === group && one.isLiving);
}

interface Stat {
  readonly group: number;
  readonly session: number;
  readonly isLiving: boolean;
}

function readStats(): Stat[] {
  let names: readonly string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return [];
  }
  return names.filter((name) => /^\d+$/.test(name)).flatMap((pid) => readStat(pid) ?? []);
}

function readStat(pid: string): Stat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, , group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return {
      group: Number(group),
      session: Number(session),
      isLiving: state !== "Z" && state !== "X",
    };
  } catch {
    return undefined;
  }
}
