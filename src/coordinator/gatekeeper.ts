/** Asks the person for what the coordinator itself is about to do, and waits: no answer is never a yes. */
import { consentHash } from "../risk/consent.ts";
import type { Gift } from "../risk/gives.ts";
import type { Risk } from "../task.ts";
import type { Core } from "./core.ts";
import { COORDINATOR } from "./team.ts";

export interface OwnAction {
  /** `Merge`, `Check`, or the name of a tool of the lead. */
  readonly tool: string;
  readonly task: string | null;
  readonly input: Readonly<Record<string, unknown>>;
  readonly risk?: Risk;
  readonly reasons: readonly string[];
  readonly cwd: string;
  /** What a yes gives it beyond the sandbox; left out where no process is started. */
  readonly gives?: readonly Gift[];
}

export interface GateReply {
  /** After a yes to exactly this; not after a no, or when the action was made void. */
  readonly allowed: boolean;
  readonly gate: string;
  readonly note: string;
}

export interface Gatekeeper {
  /** Rejects when aborted. */
  ask(action: OwnAction): Promise<GateReply>;
}

export function createGatekeeper(core: Core, signal: AbortSignal): Gatekeeper {
  return {
    async ask({ tool, task, input, risk = "HIGH", reasons, cwd, gives }) {
      const worker = COORDINATOR;
      const hash = consentHash({ tool, input, cwd, worker });
      // A process before this one may have asked already, and may have had its answer.
      const { granted, gates, ownGates } = core.team();
      const open = [...gates.values()].find((gate) => gate.worker === worker && gate.hash === hash);
      const id = open?.id ?? `${tool.toLowerCase()}-${ownGates + 1}`;
      if (tool === "Merge" && granted.has(hash)) return { allowed: true, gate: id, note: "" };
      const { promise, resolve, reject } = Promise.withResolvers<GateReply>();
      const unwatch = core.watch(({ before, event }) => {
        if (event.type === "gate.voided" && event.gate === id) {
          resolve({ allowed: false, gate: id, note: event.reason });
        }
        if (event.type !== "gate.answered" || event.gate !== id) return;
        const isOpen = before.gates.has(id) && event.hash === hash;
        if (isOpen && event.answer !== "refused") {
          resolve({ allowed: event.answer === "once", gate: id, note: event.note });
        }
      });
      const stop = () => reject(signal.reason);
      signal.addEventListener("abort", stop, { once: true });
      try {
        const given = gives === undefined ? {} : { gives: [...gives] };
        const gate = { id, worker, task, tool, input, risk, reasons: [...reasons], cwd, hash };
        if (open === undefined) {
          await core.emit({ type: "gate.opened", gate: { ...gate, ...given } });
        }
        signal.throwIfAborted();
        return await promise;
      } finally {
        unwatch();
        signal.removeEventListener("abort", stop);
      }
    },
  };
}
