/** What the system says about processes: `/proc` on Linux, `ps` elsewhere. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { codeOf } from "./failure.ts";

export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  /** The process group's id. */
  readonly group: number;
  /** Dead but not yet reaped by its parent. */
  readonly isZombie: boolean;
  /** Stopped by a signal or a debugger: it is there and does nothing until it is continued. */
  readonly isStopped: boolean;
  /** Opaque: equal for the same process, different for another one that got the same pid. */
  readonly startTime: string;
}

/** Undefined if there is no such process. */
export function readProcess(pid: number): ProcessInfo | undefined {
  return process.platform === "linux" ? readProc(pid) : readPs(["-p", String(pid)])[0];
}

/** Every process there is. */
export function readProcesses(): ProcessInfo[] {
  if (process.platform !== "linux") return readPs(["-A"]);
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map((name) => readProc(Number(name))).filter((info) => info !== undefined);
}

function readProc(pid: number): ProcessInfo | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
  // The command's name stands in parentheses and may hold blanks and parentheses itself.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state = "", parent = "", group = ""] = fields;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    isZombie: state === "Z" || state === "X",
    isStopped: state === "T" || state === "t",
    startTime: fields[19] ?? "",
  };
}

/** `select` are the options of `ps` that name the processes. */
export function readPs(select: readonly string[]): ProcessInfo[] {
  const { stdout, error } = spawnSync("ps", [...select, "-o", "pid=,ppid=,pgid=,stat=,lstart="], {
    encoding: "utf8",
    // The start time is compared as text, so it must not depend on who asks.
    env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" },
  });
  if (error) throw error;
  const rows = stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/gm);
  return rows
    .map(([, pid, parent, group, stat = "", startTime = ""]) => ({
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      isZombie: stat.startsWith("Z"),
      isStopped: stat.startsWith("T"),
      startTime,
    }))
    .toArray();
}
