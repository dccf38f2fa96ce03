/** How a command's code is run: with an output, its answer as the exit code. */
import type { Command } from "commander";
import { EXIT } from "../errors.ts";
import { createOutput, type Output } from "./output.ts";

/** Makes an action of commander out of a command's code. */
export type Act = <Args extends unknown[]>(
  work: (output: Output, ...args: Args) => Promise<number | void>,
) => (...args: Args) => Promise<void>;

export function createAct(program: Command, ended: (exitCode: number) => void): Act {
  return (work) =>
    async (...args) => {
      const { color } = program.opts<{ color?: string }>();
      const { stdout, stderr, env } = process;
      ended((await work(createOutput({ stdout, stderr, env, color }), ...args)) ?? EXIT.done);
    };
}
