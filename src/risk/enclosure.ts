/** How processes that agents cause are started: what is put around their argv, and with which environment. */

export interface Enclosed {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Stands for all that is around the process now: two of the same stamp would find the same. */
  stamp(): string;
  /** To be called at once after the start, with no `pid` where that failed. */
  attend(pid: number | undefined): Attendant;
}

/** Stands by a process that was started. */
export interface Attendant {
  /** `tell` hears why it is being killed where it goes over a limit, in words that go on after "Stopped: ". */
  watch(tell: (excess: string) => void): void;
  /** To be called when the process has ended. */
  leave(): void;
}

export interface Standing {
  /** Absolute; where the process stands. */
  readonly cwd: string;
  /** It gets a terminal of its own: a pty that nobody but swarmux holds the other end of. */
  readonly terminal?: boolean;
  /** What it prints to stderr goes where stdout goes, so that the lines keep their order. */
  readonly merged?: boolean;
}

export interface Enclosure {
  /**
   * `sandbox`: inside; `outside`: approved to run outside, once; `none`: the person wants no sandbox in this session;
   * `missing`: they would have one, and this machine has none.
   */
  readonly kind: "sandbox" | "outside" | "none" | "missing";
  /** The argv to spawn, in `cwd` and with exactly this environment, for the process that `argv` names. */
  enclose(argv: readonly [string, ...string[]], standing: Standing): Enclosed;
}

export const NO_ATTENDANT: Attendant = { watch() {}, leave() {} };

const attend = () => NO_ATTENDANT;
const stamp = () => "";

/** No walls, only the environment. */
export function openEnclosure(
  kind: Exclude<Enclosure["kind"], "sandbox">,
  env: Readonly<Record<string, string>>,
): Enclosure {
  return {
    kind,
    enclose([file, ...args], { merged = false }) {
      if (!merged) return { file, args, env, stamp, attend };
      const both = ["-c", 'exec "$@" 2>&1', "sh", file, ...args];
      return { file: "/bin/sh", args: both, env, stamp, attend };
    },
  };
}
