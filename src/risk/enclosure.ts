/** How processes that agents cause are started: what is put around their argv, and with which environment. */

export interface Enclosed {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Standing {
  /** Absolute; where the process stands. */
  readonly cwd: string;
  /** It gets a terminal of its own: a pty that nobody but swarmux holds the other end of. */
  readonly terminal?: boolean;
}

export interface Enclosure {
  /** `sandbox`: inside; `outside`: approved to run outside, once; `none`: there is no sandbox on this machine, or none wanted. */
  readonly kind: "sandbox" | "outside" | "none";
  /** The argv to spawn, in `cwd` and with exactly this environment, for the process that `argv` names. */
  enclose(argv: readonly [string, ...string[]], standing: Standing): Enclosed;
}

/** No walls, only the environment. */
export function openEnclosure(
  kind: "outside" | "none",
  env: Readonly<Record<string, string>>,
): Enclosure {
  return { kind, enclose: ([file, ...args]) => ({ file, args, env }) };
}
