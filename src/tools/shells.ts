/**
 * Starts the shells of an agent's commands. A sandbox takes longer to put up than many a command takes to run, so after a
 * command the next one's is put up in advance. It waits for its command, and is used only where it is what would be put up now.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { ToolError } from "../errors.ts";
import type { Attendant, Enclosure } from "../risk/enclosure.ts";

export interface Shell {
  /** Leads a process group; its input has ended for the command. */
  readonly child: ChildProcessByStdio<Writable | null, Readable, Readable>;
  /** To be left when the process has ended. */
  readonly attendant: Attendant;
}

export interface Shells {
  /** Rejects where it can't be started. */
  start(command: string, enclosure: Enclosure): Promise<Shell>;
  /** Ends what stands ready. */
  rest(): Promise<void>;
}

/** For an agent that starts no commands. */
export const NO_SHELLS: Shells = {
  start: () => Promise.reject(new ToolError("This agent has no shell.")),
  rest: async () => {},
};

interface Waiting extends Shell {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly stamp: string;
}

const BASH = ["/bin/bash", "--noprofile", "--norc", "-c"] as const;
/** Takes its command from what stands at the other end, and becomes its shell. Without one it ends. */
const WAIT = `IFS= read -r -d "" command && exec </dev/null && exec ${BASH.join(" ")} -- "$command"`;
/** Bytes: bash reads them one by one. */
const MOST_HANDED_OVER = 4_096;

/** `folder`: where commands run. Only sandboxes of the `usual` enclosure are put up in advance. */
export function createShells(folder: string, usual: Enclosure): Shells {
  let waiting: Waiting | undefined;

  const encloseNext = () => usual.enclose([...BASH, WAIT], { cwd: folder, merged: true });

  function prepare(): void {
    if (usual.kind !== "sandbox" || waiting !== undefined) return;
    const enclosed = encloseNext();
    const stamp = enclosed.stamp();
    const child = spawn(enclosed.file, enclosed.args, {
      cwd: folder,
      env: enclosed.env,
      detached: true,
      stdio: "pipe",
    });
    const attendant = enclosed.attend(child.pid);
    // Whoever takes it looks whether it is there.
    child.on("error", () => {});
    child.stdin.on("error", () => {});
    waiting = { child, attendant, stamp };
  }

  async function rest(): Promise<void> {
    if (waiting === undefined) return;
    const { child, attendant } = waiting;
    waiting = undefined;
    if (isAlive(child)) {
      const exited = once(child, "exit");
      process.kill(-child.pid, "SIGKILL");
      await exited;
    }
    attendant.leave();
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  }

  async function takeWaiting(): Promise<Waiting | undefined> {
    const taken = waiting;
    if (taken === undefined) return undefined;
    if (isAlive(taken.child) && encloseNext().stamp() === taken.stamp) {
      waiting = undefined;
      return taken;
    }
    await rest();
    return undefined;
  }

  async function open(command: string, enclosure: Enclosure): Promise<Shell> {
    if (enclosure === usual && isHandedOver(command)) {
      const taken = await takeWaiting();
      if (taken !== undefined) {
        taken.child.stdin.end(`${command}\0`);
        return taken;
      }
    }
    return startNow(command, folder, enclosure);
  }

  return {
    async start(command, enclosure) {
      const { child, attendant } = await open(command, enclosure);
      if (enclosure !== usual) return { child, attendant };
      const leave = () => {
        try {
          prepare();
        } catch {
          // What is in its way is said to the next command.
        }
        attendant.leave();
      };
      return { child, attendant: { ...attendant, leave } };
    },
    rest,
  };
}

function startNow(command: string, cwd: string, enclosure: Enclosure): Shell {
  const enclosed = enclosure.enclose([...BASH, "--", command], { cwd, merged: true });
  const child = spawn(enclosed.file, enclosed.args, {
    cwd,
    env: enclosed.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { child, attendant: enclosed.attend(child.pid) };
}

function isHandedOver(command: string): boolean {
  return !command.includes("\0") && Buffer.byteLength(command) <= MOST_HANDED_OVER;
}

function isAlive<Child extends Waiting["child"]>(child: Child): child is Child & { pid: number } {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
