/** The enclosures of a checkout's processes: the usual one, and the one for an action that a person has approved. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import { SwarmError } from "../../errors.ts";
import type { Assessment } from "../assessment.ts";
import { type Enclosure, openEnclosure } from "../enclosure.ts";
import { approvedEnvironment, networkEnvironment, toolEnvironment } from "../environment.ts";
import { giftsFor } from "../gives.ts";
import { findBubblewrap, inspectMachine, type Machine } from "./machine.ts";
import { type CheckoutFacts, findPlace } from "./place.ts";
import { createSandbox } from "./sandbox.ts";

/** `off`: the person said so; `missing`: this machine has none. */
export const SandboxState = z.enum(["on", "off", "missing"]);
export type SandboxState = z.infer<typeof SandboxState>;

export interface Enclosures {
  readonly enclosure: Enclosure;
  approvedEnclosure(assessment: Pick<Assessment, "causes">): Enclosure;
}

export interface EnclosureOptions {
  readonly state: SandboxState;
  /** The environment of this process. */
  readonly env: NodeJS.ProcessEnv;
  /** Variables that mark what the processes belong to. */
  readonly marks: Readonly<Record<string, string>>;
  /** Folders of ours that no command is shown. */
  readonly hidden: readonly string[];
}

/** Looks at the machine once; the result makes the enclosures of one checkout after another. */
export async function openEnclosures(
  options: EnclosureOptions,
): Promise<(facts: Omit<CheckoutFacts, "hidden">) => Enclosures> {
  const { state, env, marks, hidden } = options;
  const inside = { ...toolEnvironment(env), ...marks };
  const outside = openEnclosure("outside", { ...approvedEnvironment(env), ...marks });
  if (state !== "on") {
    const enclosure = openEnclosure(state === "off" ? "none" : "missing", inside);
    return () => ({ enclosure, approvedEnclosure: () => outside });
  }
  const bwrap = findBubblewrap(env);
  if (bwrap === undefined) throw noBubblewrap();
  const version = await bubblewrapVersion(bwrap);
  const machines = new Map<string, Machine>();
  return (facts) => {
    const closed = [facts.repo, ...hidden];
    const machine = machines.get(facts.repo) ?? inspectMachine(env, closed, version);
    machines.set(facts.repo, machine);
    const place = findPlace({ ...facts, hidden });
    const networkEnv = networkEnvironment(env);
    const sandbox = createSandbox({ bwrap, machine, place, env: inside, networkEnv });
    return {
      enclosure: sandbox.enclosure([]),
      approvedEnclosure({ causes = [] }) {
        const gifts = giftsFor(causes);
        return gifts.includes("outside") ? outside : sandbox.enclosure(gifts);
      },
    };
  };
}

export async function bubblewrapVersion(bwrap: string): Promise<string> {
  return (await promisify(execFile)(bwrap, ["--version"])).stdout;
}

export function noBubblewrap(): SwarmError {
  return new SwarmError("missing", "There is no sandbox: bubblewrap is not installed.", {
    mend: "apt-get install bubblewrap",
  });
}
