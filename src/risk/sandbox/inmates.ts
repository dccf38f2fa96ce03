/** The processes in a sandbox, as they are seen and ended from outside. */
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { attempt } from "./attempt.ts";

const SWEEP_EVERY = 20;
const MOST_SWEEPS = 500;

export interface Inmates {
  /** The sandbox's own `/proc`, which shows them alone. */
  readonly proc: string;
  /** Kills them all, however fast they make more of themselves. */
  end(): void;
  /** The command is over: whoever is still there is killed. Nothing else may be called after it. */
  release(): void;
}

/** Those of the bubblewrap process `pid`; undefined until there are some. */
export function findInmates(pid: number): Inmates | undefined {
  // Its only child is the init process of the sandbox.
  const first = attempt(() => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim());
  if (first === undefined || !/^\d+$/.test(first)) return undefined;
  // While it is open no other namespace gets its number.
  const hold = attempt(() => openSync(`/proc/${first}/ns/pid`, "r"));
  if (hold === undefined) return undefined;
  const space = spaceOf(first);
  if (space !== undefined && space !== spaceOf("self"))
    return createInmates({ first, space, hold });
  closeSync(hold);
  return undefined;
}

interface Namespace {
  readonly first: string;
  readonly space: string;
  /** A file descriptor. */
  readonly hold: number;
}

function createInmates({ first, space, hold }: Namespace): Inmates {
  let isEnding = false;
  let isReleased = false;

  /**
   * The death of the init process ends all others, but it dies only when its turn comes among thousands, which go on
   * making more. One that is killed itself makes none.
   */
  function sweep(times: number): void {
    const inside = processesIn("/proc").filter((one) => spaceOf(one) === space);
    for (const one of inside) attempt(() => process.kill(Number(one), "SIGKILL"));
    isEnding = inside.length > 0 && times > 1;
    if (isEnding) setTimeout(sweep, SWEEP_EVERY, times - 1).unref();
    else if (isReleased) closeSync(hold);
  }

  function end(): void {
    if (!isEnding) sweep(MOST_SWEEPS);
  }

  return {
    proc: `/proc/${first}/root/proc`,
    end,
    release() {
      isReleased = true;
      if (isEnding) return;
      if (spaceOf(first) === space) end();
      else closeSync(hold);
    },
  };
}

/** The numbers of the processes that a `/proc` shows. */
export function processesIn(proc: string): string[] {
  return readdirSync(proc).filter((name) => /^\d+$/.test(name));
}

/** The namespace that its processes are in. */
function spaceOf(pid: string): string | undefined {
  return attempt(() => readlinkSync(`/proc/${pid}/ns/pid`));
}
