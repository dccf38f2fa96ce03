/** What the analysis, the rules and the grant say to a command of an agent: the answer behind `swarmux rules why`. */
import type { Verdict } from "../permissions.ts";
import { type Assessment, type Part, riskOf } from "../risk/assessment.ts";
import { decideCall, reasonsToAsk } from "../risk/decide.ts";
import { assessWhere } from "../risk/gives.ts";
import { loadScripts } from "../risk/npm-scripts.ts";
import { findBubblewrap } from "../risk/sandbox/machine.ts";
import { assessCommand } from "../risk/shell.ts";
import type { Risk } from "../task.ts";
import type { Here } from "./here.ts";

export interface CommandVerdict {
  /** Of the command itself, wherever it runs. */
  readonly risk: Risk;
  readonly reasons: readonly string[];
  readonly decision: Verdict;
  /** The rule or limit that decided, where it was not the risk alone. */
  readonly why: string | undefined;
  readonly parts: readonly Part[];
}

/** Looks at the folder and the machine once; the answer is for one command after another. */
export function createJudge(here: Here, env: NodeJS.ProcessEnv): (cmd: string) => CommandVerdict {
  const setting = { root: here.root, ...loadScripts(here.root) };
  const kind = findBubblewrap(env) === undefined ? "missing" : "sandbox";
  return (command) => {
    const assessment = assessCommand(command, setting);
    const placed = assessWhere(assessment, kind);
    const decided = decideCall({ tool: "Bash", command, assessment: placed }, here.policy);
    const { verdict: decision, rule, why } = decided;
    const isRuled = rule !== null || decision === "deny";
    return {
      risk: assessment.risk,
      reasons:
        decision === "ask" ? reasonsToAsk(both(assessment, placed), decided) : assessment.reasons,
      decision,
      why: isRuled ? why : undefined,
      parts: assessment.parts,
    };
  };
}

/** The reasons of the command itself, then those of where it would run. */
function both(assessment: Assessment, placed: Assessment): Assessment {
  return { ...assessment, reasons: [...new Set([...assessment.reasons, ...placed.reasons])] };
}

/** One line a part: its words, its risk and the reasons that it causes itself. */
export function partLines(parts: readonly Part[]): string[] {
  return parts.flatMap(({ words, causes }) => {
    const risk = riskOf(causes);
    const texts = causes.filter((cause) => cause.risk === risk).map(({ text }) => text);
    const shown = words.map((word) => word ?? "…").join(" ");
    return [
      `${risk.padEnd(6)} ${shown}`,
      ...[...new Set(texts)].map((text) => `       because: ${text}`),
    ];
  });
}
