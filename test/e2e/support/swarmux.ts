/** Runs the real command, bundle and all, in a workplace. */
import { join } from "node:path";
import { execa } from "execa";
import { expect } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { PROJECT, type Workplace } from "./workplace.ts";

export const BIN = join(PROJECT, "bin/swarmux");

export interface Ended {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
  /** Waits until it has printed that. */
  says(what: string): Promise<void>;
}

export interface Around {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Runs to the end, which a test's time limit bounds. */
export async function swarmux(
  place: Workplace,
  args: readonly string[],
  around: Around = {},
): Promise<Ended> {
  return start(place, args, around).ended;
}

export function start(place: Workplace, args: readonly string[], around: Around = {}): Running {
  const child = execa(BIN, args, {
    cwd: around.cwd ?? place.repo,
    env: { ...place.env, ...around.env },
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    timeout: 100_000,
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  const { pid } = child;
  if (pid === undefined) throw new Error(`${BIN} did not start`);
  return {
    pid,
    ended: child.then(({ exitCode, stdout, stderr }) => ({ code: exitCode, stdout, stderr })),
    kill: (signal) => void child.kill(signal),
    says: (what) => eventually(() => expect(printed).toContain(what), { interval: 20 }),
  };
}

/** Fails with all that was printed, which says more than a number. */
export function expectCode({ code, stdout, stderr }: Ended, wanted: number): void {
  expect(code, `exit code\n${stdout}\n${stderr}`).toBe(wanted);
}

/** The options of a session named `s` in the background of a test, on a scenario of `test/fixtures/scenarios`. */
export function scripted(scenario: string): { args: string[]; env: Record<string, string> } {
  return {
    args: ["run", "--headless", "--offline", "--session", "s"],
    env: { SWARMUX_SCENARIO: join(PROJECT, "test/fixtures/scenarios", `${scenario}.ts`) },
  };
}

/** The JSON objects of newline-delimited output. */
export function jsonLines<Line extends object = Record<string, unknown>>(text: string): Line[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Line => JSON.parse(line));
}
