/** The sandbox of one checkout: bubblewrap around each process, with the walls computed once and the locks of the moment. */
import { rmdirSync, statSync } from "node:fs";
import { type Enclosure, NO_ATTENDANT } from "../enclosure.ts";
import type { Gift } from "../gives.ts";
import { STEP_BACK, watchLimits } from "./limits.ts";
import type { Machine } from "./machine.ts";
import { findLocks } from "./place.ts";
import { doors, type Locks, type Place, walls } from "./profile.ts";

export interface SandboxOptions {
  readonly bwrap: string;
  readonly machine: Machine;
  readonly place: Place;
  readonly env: Readonly<Record<string, string>>;
  /** Added where a command has the network. */
  readonly networkEnv: Readonly<Record<string, string>>;
}

export interface Sandbox {
  enclosure(gifts: readonly Gift[]): Enclosure;
}

/** Files larger than this many blocks of 512 bytes can't be written, and no core is dumped. */
const FILE_BLOCKS = 4 * 1024 * 1024 * 2;
const LIMITED = `ulimit -c 0; ulimit -f ${FILE_BLOCKS}; ${STEP_BACK}; exec "$@"`;
const MERGED = `${LIMITED} 2>&1`;

export function createSandbox(options: SandboxOptions): Sandbox {
  const { bwrap, machine, place, env, networkEnv } = options;
  const { TMPDIR: _, GOCACHE: __, ...kept } = env;
  const inside = { ...kept, HOME: machine.home.named };
  const fixed = walls(machine, place);
  const holders = new Map<string, number>();

  /** The folders that bubblewrap mounts over where nothing is have to go again, once nobody stands behind one. */
  function hold(paths: readonly string[]): () => void {
    for (const path of paths) holders.set(path, (holders.get(path) ?? 0) + 1);
    return () => {
      for (const path of paths) {
        const left = (holders.get(path) ?? 1) - 1;
        holders.set(path, left);
        if (left === 0) removeEmpty(path);
      }
    };
  }

  return {
    enclosure: (gifts) => ({
      kind: "sandbox",
      enclose(argv, { cwd, terminal = false, merged = false }) {
        const locks = gifts.includes("protected") ? NO_LOCKS : findLocks(place.checkout);
        const network = gifts.includes("network");
        const around = [...fixed, ...doors(machine, locks, { network, terminal })];
        const limited = ["/bin/sh", "-c", merged ? MERGED : LIMITED, "sh", ...argv];
        return {
          file: bwrap,
          args: [...around, "--chdir", cwd, "--", ...limited],
          env: network ? { ...inside, ...networkEnv } : inside,
          stamp: () => JSON.stringify([around, cwd, sourcesOf(around).map(identityOf)]),
          attend(pid) {
            if (pid === undefined) return NO_ATTENDANT;
            const release = hold(locks.absent);
            let unwatch: (() => void) | undefined;
            return {
              watch(tell) {
                unwatch = watchLimits(pid, tell);
              },
              leave() {
                unwatch?.();
                release();
              },
            };
          },
        };
      },
    }),
  };
}

const NO_LOCKS: Locks = { held: [], present: [], absent: [] };

/** The files and folders that are mounted inside. */
function sourcesOf(args: readonly string[]): readonly string[] {
  return args.flatMap((arg, at) => (/^--(ro-)?bind/.test(arg) ? (args[at + 1] ?? []) : []));
}

/** What stands at a path now: what is mounted stays the same one, whatever comes to stand there later. */
function identityOf(path: string): string {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return "";
  }
}

function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Something stands in it, or it is gone already.
  }
}
