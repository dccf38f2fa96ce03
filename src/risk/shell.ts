/**
 * The risk of a shell command, before it runs. Closed by design: a fixed list of syntax and commands is known, the rest is HIGH
 * with a reason that names it. No limit makes an answer milder; every part is looked at, and the highest risk counts.
 */
import { realpathSync } from "node:fs";
import { type Assessment, type Cause, high, toAssessment } from "./assessment.ts";
import { refuseText } from "./preflight.ts";
import { startState, type Tour } from "./state.ts";
import { parseScript } from "./syntax.ts";
import { createWalk } from "./walk.ts";

export interface CommandSetting {
  /** The checkout; the command runs in it. */
  readonly root: string;
  /** Where in the checkout it runs, unless at its root. */
  readonly folder?: string;
  /** The npm scripts of the checkout, where they are known. */
  readonly scripts?: Readonly<Record<string, string>>;
}

/** An assessment with what rules and consent need to know. */
export type CommandAssessment = Required<Assessment>;

const MAX_STEPS = 2_000_000;

/** Never throws: what can't be analysed is HIGH. */
export function assessCommand(command: string, setting: CommandSetting): CommandAssessment {
  return assessScript(command, { ...setting, script: parseScript(command) });
}

/** `script`: the command as parsed; `dangers` takes its pieces that are HIGH. */
export function assessScript(
  command: string,
  {
    script,
    dangers,
    ...setting
  }: CommandSetting & Pick<Tour, "dangers"> & { script: ReturnType<typeof parseScript> },
): CommandAssessment {
  const causes: Cause[] = [...refuseText(command)];
  const tour: Tour = {
    root: setting.root,
    scripts: setting.scripts,
    looks: new Map(),
    visited: new Set(),
    meant: new Set(),
    written: new Set(),
    parts: [],
    functions: new Map(),
    dangers,
    steps: MAX_STEPS,
    traced: false,
    complete: true,
  };
  try {
    tour.root = realpathSync.native(setting.root);
    const folder = setting.folder === undefined ? tour.root : realpathSync.native(setting.folder);
    if (typeof script === "string") throw new Error(script);
    for (const cause of createWalk(tour).script(script, startState(folder))) causes.push(cause);
  } catch (error) {
    tour.complete = false;
    causes.push(
      ...high(
        "unanalysable",
        `can't be analysed: ${error instanceof Error ? error.message : String(error)}`,
      ),
    );
  }
  return { ...toAssessment(causes), causes, parts: tour.parts, complete: tour.complete };
}
