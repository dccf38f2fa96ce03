/** Asks the person for what the coordinator itself is about to do, and waits: no answer is never a yes. */
import { consentHash } from "../risk/consent.ts";
import type { Gift } from "../risk/gives.ts";
import type { Core } from "./core.ts";
import { COORDINATOR } from "./team.ts";

export interface OwnAction {
  readonly tool: "Merge" | "Check";
  readonly task: string | null;
  readonly input: Readonly<Record<string, unknown>>;
  readonly reasons: readonly string[];
  readonly cwd: string;
  /** What a yes gives it beyond the sandbox; left out where no process is started. */
  readonly gives?: readonly Gift[];
}

export interface Gatekeeper {
  /** True after a yes to exactly this; false after a no, or when the action was made void. Rejects when aborted. */
  ask(action: OwnAction): Promise<boolean>;
}

export function createGatekeeper(core: Core, signal: AbortSignal): Gatekeeper {
  return {
    async ask({ tool, task, input, reasons, cwd, gives }) {
      const worker = COORDINATOR;
      const hash = consentHash({ tool, input, cwd, worker });
      // A process before this one may have asked already, and may have had its answer.
      const { granted, gates, ownGates } = core.team();
      if (tool === "Merge" && granted.has(hash)) return true;
      const open = [...gates.values()].find((gate) => gate.worker === worker && gate.hash === hash);
      const id = open?.id ?? `${tool.toLowerCase()}-${ownGates + 1}`;
      const { promise, resolve, reject } = Promise.withResolvers<boolean>();
      const unwatch = core.watch(({ before, event }) => {
        if (event.type === "gate.voided" && event.gate === id) resolve(false);
        if (event.type !== "gate.answered" || event.gate !== id) return;
        const isOpen = before.gates.has(id) && event.hash === hash;
        if (isOpen && event.answer !== "refused") resolve(event.answer === "once");
      });
      const stop = () => reject(signal.reason);
      signal.addEventListener("abort", stop, { once: true });
      try {
        const gate = {
          id,
          worker,
          task,
          tool,
          input,
          risk: "HIGH",
          reasons: [...reasons],
          cwd,
          hash,
        };
        const given = gives === undefined ? {} : { gives: [...gives] };
        if (open === undefined) {
          await core.emit({ type: "gate.opened", gate: { ...gate, ...given, risk: "HIGH" } });
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
