/** Asks the person for what the coordinator itself is about to do, and waits: no answer is never a yes. */
import { consentHash } from "../risk/consent.ts";
import type { Core } from "./core.ts";
import { COORDINATOR } from "./team.ts";

export interface OwnAction {
  readonly tool: "Merge" | "Check";
  readonly task: string | null;
  readonly input: Readonly<Record<string, unknown>>;
  readonly reasons: readonly string[];
  readonly cwd: string;
}

export interface Gatekeeper {
  /** True after a yes to exactly this; false after a no, or when the action was made void. Rejects when aborted. */
  ask(action: OwnAction): Promise<boolean>;
}

export function createGatekeeper(core: Core, signal: AbortSignal): Gatekeeper {
  let asked = 0;
  return {
    async ask({ tool, task, input, reasons, cwd }) {
      asked += 1;
      const id = `${tool.toLowerCase()}-${asked}`;
      const worker = COORDINATOR;
      const hash = consentHash({ tool, input, cwd, worker });
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
        await core.emit({ type: "gate.opened", gate: { ...gate, risk: "HIGH" } });
        signal.throwIfAborted();
        return await promise;
      } finally {
        unwatch();
        signal.removeEventListener("abort", stop);
      }
    },
  };
}
