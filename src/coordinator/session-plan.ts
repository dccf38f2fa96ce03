/** What a session is started with, and what a person in its coordinator's pane can do. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Prices } from "../config.ts";
import type { RepositoryFacts } from "../git/repository.ts";
import type { ExitListener, Launcher } from "../panes/launcher.ts";
import type { Scheme } from "../panes/palette.ts";
import type { Rule } from "../permissions.ts";
import type { EventBody, Outcome, SessionOptions } from "../session/events.ts";
import { paths } from "../session/folders.ts";
import type { Step } from "./down.ts";
import type { Person } from "./person.ts";
import type { ReadGate } from "./screen/dialogs/gate.ts";
import { API, type Team } from "./team.ts";

export interface SessionPlan {
  readonly folder: string;
  readonly session: string;
  readonly task: string;
  /** The session is there already: fold its journal and go on. */
  readonly resume: boolean;
  readonly repository: RepositoryFacts;
  readonly options: SessionOptions;
  /** Files of the prompts that this session uses. */
  readonly prompts: { readonly coordinator: string; readonly worker: string };
  /** The repository's instructions for agents; `file` is relative to its root. */
  readonly instructions: readonly { readonly file: string; readonly text: string }[];
  /** Prices from the person's configuration, by model, in US dollars for a million tokens. */
  readonly prices: Prices;
  /** The permission rules, fixed for this session. */
  readonly rules: readonly Rule[];
  readonly env: NodeJS.ProcessEnv;
  /** The background that workers are drawn on. */
  readonly scheme: Scheme;
  /** False where the person wants none. */
  readonly hasColours: boolean;
  /** True where its terminal has no signs but those of ASCII. */
  readonly isAscii: boolean;
  /** Variables for the model's client that are known only once a server is up; they come before `env`. */
  readonly modelEnv: Promise<Record<string, string>>;
  openLauncher(parts: { run: string; onExit: ExitListener; onGone: () => void }): Promise<Launcher>;
  /** Told of each step once it is on disk. */
  onStep(step: Step): void;
  /** Told what a person has to know that is in no journal yet. */
  say(text: string): void;
  /** Ends once the plan is proposed; nothing is checked, started or merged. */
  readonly planOnly?: boolean;
  /** Stops the session in order; aborts with a `StopOrder`. */
  readonly signal: AbortSignal;
}

/** Why a coordinator stops before its session's end. */
export interface StopOrder {
  readonly by: "person" | "system";
  readonly reason: string;
}

/** What a person in the coordinator's pane can do. */
export interface SessionHandle {
  readonly person: Person;
  team(): Team;
  /** Puts whoever looks into a worker's pane; false where it has none. */
  readonly show: Launcher["show"];
  /** What the action of a gate touches, as far as its text tells. */
  readonly readGate: ReadGate;
  emit(event: EventBody): Promise<unknown>;
}

/** What a session that ended or paused comes to. */
export function outcomeOf({ state, outcome, pausedBy }: Team): Outcome {
  if (state === "finished") return outcome ?? "failed";
  return pausedBy === "budget" || pausedBy === API ? "temporary" : "interrupted";
}

/** Kept with the session, so that a later configuration can make it stricter and never looser. */
export async function storeRules({ folder, rules }: SessionPlan): Promise<void> {
  await writeFile(paths(folder).rules, JSON.stringify(rules), { mode: 0o600 });
}

/** The session keeps its own copies: a prompt or an instruction that changes meanwhile would break every cached prefix. */
export async function storePrompts({
  folder,
  prompts,
  prices,
  instructions,
}: SessionPlan): Promise<void> {
  const at = paths(folder);
  await Promise.all([
    readFile(prompts.coordinator).then((text) => store("coordinator.md", text)),
    readFile(prompts.worker).then((text) => store("worker.md", text)),
    store("prices.json", JSON.stringify(prices)),
    store("instructions.json", JSON.stringify(instructions)),
  ]);

  /** On disk when it resolves. */
  async function store(name: string, text: string | Buffer): Promise<void> {
    await writeFile(join(at.prompts, name), text, { mode: 0o600, flush: true });
  }
}

/** A new session's first event. */
export function startedEvent({ session, task, repository, options }: SessionPlan): EventBody {
  const { root: repo, head: base } = repository;
  return { type: "session.started", session, task, repo, base, options };
}
