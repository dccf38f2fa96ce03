/** The session's hub: who may speak, what a worker is greeted with, and what each frame of its becomes. */
import { type Hub, openHub } from "../ipc/hub.ts";
import type { Log } from "../log.ts";
import { sessionGrant } from "../risk/grants.ts";
import type { SessionEvent } from "../session/events.ts";
import type { Answers } from "./answers.ts";
import type { Core } from "./core.ts";
import { downFor } from "./down.ts";
import { evolve } from "./evolve.ts";
import { toEvent } from "./inbox.ts";
import type { Rights } from "./rights.ts";
import { EMPTY_TEAM, toDetail } from "./team.ts";

export interface BusOptions {
  readonly core: Core;
  readonly endpoint: string;
  readonly session: string;
  readonly epoch: number;
  readonly personKey: Buffer;
  workerKey(name: string): Buffer | undefined;
  readonly answer: Answers;
  /** Told of each worker's beat. */
  heard(worker: string, at: number): void;
  /** Variables for the workers' model clients. */
  readonly modelEnv: Readonly<Record<string, string>>;
  readonly rights: Rights;
  readonly log: Log;
}

/** A person's commands connect under this and something random. */
const PERSON = "person-";
const MAX_NAME = 64;
const MAX_TOLD = 100;

export async function openBus(options: BusOptions): Promise<Hub> {
  const { core, endpoint, session, epoch, log, answer, modelEnv, rights } = options;
  const { workers } = core.team();
  return openHub({
    endpoint,
    session,
    log,
    epoch,
    cursors: new Map([...workers.values()].map(({ name, cursor }) => [name, cursor])),
    keyOf: (peer) => (peer.startsWith(PERSON) ? options.personKey : options.workerKey(peer)),
    handlers: {
      hello: async (peer) => {
        if (peer.startsWith(PERSON)) return { snapshot: null };
        const { tasks, memory, session: started } = core.team();
        if (started === null) throw new Error("a worker came before its session started");
        const rows = [...tasks.values()].map(toDetail);
        const policy = { grant: sessionGrant(started.options), rules: [...rights.rules] };
        return { snapshot: { rows, entries: [...memory], env: { ...modelEnv }, policy } };
      },
      data: async (worker, n, body) => {
        await core.emit(toEvent(core.team(), { worker, n, rights }, body));
      },
      request: (peer, id, body) => answer(peer, id, body),
      impostor: createWatch(core),
      beat: (peer, at) => options.heard(peer, at),
    },
  });
}

/** The journal says once who spoke in whose name; a flood of such frames is in the log. */
function createWatch({ team, emit }: Core): (peer: string, why: string) => void {
  const told = new Set<string>();
  return (peer, why) => {
    const worker = peer.slice(0, MAX_NAME).replace(/[^\w.-]/g, "?");
    // Frames of a process that was just replaced may still be on their way, under its old key.
    if (team().workers.get(worker)?.state === "starting") return;
    if (told.has(worker) || told.size >= MAX_TOLD) return;
    told.add(worker);
    void emit({ type: "worker.refused", worker, why: `a frame came in this name: ${why}` });
  };
}

/** Hands everything that the journal means to each worker to the hub again; what a worker has is dropped there. */
export function sendAgain(hub: Hub, events: readonly SessionEvent[]): void {
  let before = EMPTY_TEAM;
  for (const event of events) {
    const after = evolve(before, event);
    for (const worker of after.workers.keys()) {
      const down = downFor({ before, after, event }, worker);
      if (down !== undefined) hub.send(worker, event.seq, down);
    }
    before = after;
  }
}
