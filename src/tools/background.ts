/**
 * Commands that run beside the agent: bounded in number, output and time, and ended with the task. What they print is given
 * out once, from look to look.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ToolError } from "../errors.ts";
import type { Enclosure } from "../risk/enclosure.ts";
import type { SecretFilter } from "../risk/hide-secrets.ts";
import { type Capture, createCapture } from "./capture.ts";
import { type ProcessEnd, runProcess } from "./command.ts";
import type { Shells } from "./shells.ts";

/** What a tool does with them. */
export interface BackgroundDesk {
  /** Returns its id. */
  start(command: string, how: { timeout: number; enclosure: Enclosure }): Promise<string>;
  /** What it printed since the last look, and how it stands; waits up to `wait` ms for its end. */
  look(id: string, how: { wait: number; signal: AbortSignal }): Promise<string>;
  /** Ends it, and tells like a look. */
  stop(id: string): Promise<string>;
}

export interface Background extends BackgroundDesk {
  /** Ends that the agent has not heard of yet, a line each. `read` is to be called once they are in its conversation. */
  news(): { readonly texts: readonly string[]; read(): void };
  /** Ends all of them. */
  close(): Promise<void>;
}

/** A command that another process has started, which died with it. */
export interface GoneCommand {
  readonly id: string;
  readonly command: string;
}

export interface BackgroundOptions {
  readonly shells: Shells;
  readonly outputs: string;
  readonly secrets: SecretFilter;
  /** What a process before this one has left. */
  readonly gone: readonly GoneCommand[];
  /** The number of the first command. */
  readonly first: number;
  /** Is on disk before the command starts. */
  began(command: GoneCommand): Promise<void>;
  /** The agent knows how it ended. */
  told(id: string): void;
}

const MOST = 8;
const MAX_SHOWN = 30_000;
const MAX_NAME = 80;

/** For an agent that starts no commands. */
export const NO_BACKGROUND: BackgroundDesk = { start: refuse, look: refuse, stop: refuse };

async function refuse(): Promise<never> {
  throw new ToolError("This agent has no background commands.");
}

interface Running {
  readonly id: string;
  readonly command: string;
  readonly aborter: AbortController;
  readonly started: number;
  /** Takes what is printed until the next look. */
  capture: Capture;
  end: ProcessEnd | undefined;
  /** Why it could not be started, or its output not be kept. */
  fault: string | undefined;
  /** Resolves once `end` is there. */
  ended: Promise<void>;
  told: boolean;
}

export function createBackground(options: BackgroundOptions): Background {
  const { shells, outputs, secrets, gone, began } = options;
  const running = new Map<string, Running>();
  let untold = gone;
  let next = options.first;

  const openCapture = () => createCapture({ outputs, limit: MAX_SHOWN, secrets });

  function find(id: string): Running {
    const found = running.get(id);
    if (found !== undefined) return found;
    const lost = gone.find((one) => one.id === id);
    if (lost !== undefined) throw new ToolError(goneText(lost));
    const known = [...running.keys()].join(", ") || "none";
    throw new ToolError(`There is no background command ${id}. There are: ${known}.`);
  }

  function tell(one: Running): void {
    if (one.told) return;
    one.told = true;
    options.told(one.id);
  }

  async function show(one: Running): Promise<string> {
    const { capture } = one;
    one.capture = await openCapture();
    const output = (await capture.text()).replace(/\n+$/, "");
    if (one.end !== undefined) tell(one);
    const state = `[${one.id} ${stateText(one)}]`;
    return output === "" ? `[no new output]\n${state}` : `${output}\n${state}`;
  }

  async function follow(
    one: Running,
    how: { timeout: number; enclosure: Enclosure },
  ): Promise<void> {
    const { signal } = one.aborter;
    const take = (chunk: Buffer) => one.capture.add(chunk);
    try {
      one.end = await runProcess(one.command, { shells, signal, take, ...how });
    } catch (error) {
      one.fault = error instanceof Error ? error.message : String(error);
      const ms = performance.now() - one.started;
      one.end = { exit: null, killedBy: null, ms, stopped: undefined };
    }
  }

  return {
    async start(command, { timeout, enclosure }) {
      const open = [...running.values()].filter(({ end }) => end === undefined);
      if (open.length >= MOST) {
        throw new ToolError(
          `${MOST} background commands run already: ${open.map(({ id }) => id).join(", ")}. End one with TaskStop first.`,
        );
      }
      const id = `b${next}`;
      next += 1;
      await began({ id, command });
      const one: Running = {
        id,
        command,
        aborter: new AbortController(),
        started: performance.now(),
        capture: await openCapture(),
        end: undefined,
        fault: undefined,
        ended: Promise.resolve(),
        told: false,
      };
      running.set(id, one);
      one.ended = follow(one, { timeout, enclosure });
      return id;
    },
    async look(id, { wait, signal }) {
      const one = find(id);
      if (one.end === undefined && wait > 0) {
        const done = new AbortController();
        const either = AbortSignal.any([signal, done.signal]);
        const over = sleep(wait, undefined, { signal: either, ref: false }).catch(() => {});
        await Promise.race([one.ended, over]);
        done.abort();
        signal.throwIfAborted();
      }
      return show(one);
    },
    async stop(id) {
      const one = find(id);
      one.aborter.abort();
      await one.ended;
      return show(one);
    },
    news() {
      const lost = untold;
      const ended = [...running.values()].filter(({ end, told }) => end !== undefined && !told);
      const lines = ended.map(
        (one) =>
          `Background command ${one.id} (${nameOf(one)}) ${stateText(one)}. Call TaskOutput with task_id ${one.id} for what it printed.`,
      );
      return {
        texts: [...lost.map(goneText), ...lines],
        read() {
          untold = untold.filter((one) => !lost.includes(one));
          for (const { id } of lost) options.told(id);
          for (const one of ended) tell(one);
        },
      };
    },
    async close() {
      const open = [...running.values()].filter(({ end }) => end === undefined);
      for (const { aborter } of open) aborter.abort();
      await Promise.all(open.map(({ ended }) => ended));
    },
  };
}

function goneText(one: GoneCommand): string {
  return `Background command ${one.id} (${nameOf(one)}) is gone with the process that ran it, and how it ended is not known. Start it again if you need it.`;
}

function nameOf({ command }: { readonly command: string }): string {
  const line = command.split("\n")[0] ?? "";
  return line.length > MAX_NAME ? `${line.slice(0, MAX_NAME).toWellFormed()}…` : line;
}

function stateText({ end, fault, started }: Running): string {
  const seconds = ((end?.ms ?? performance.now() - started) / 1000).toFixed(1);
  if (end === undefined) return `runs, ${seconds} s`;
  return `${endWords(end, fault)}, ${seconds} s`;
}

function endWords(
  { stopped, exit, killedBy }: NonNullable<Running["end"]>,
  fault: string | undefined,
): string {
  if (typeof stopped === "object") return `was stopped: ${stopped.excess}`;
  switch (stopped) {
    case "timeout":
      return "was stopped: it ran into its timeout";
    case "output":
      return "was stopped: it printed more than 50 MB";
    case "abort":
      return "was stopped";
    case undefined:
      return exit === null
        ? `ended by ${killedBy ?? `a fault (${fault})`}`
        : `ended with exit ${exit}`;
  }
}
