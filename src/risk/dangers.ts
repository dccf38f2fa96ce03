/** Which stretches of a command make it HIGH, so that a person's eye falls on them first. */
import { assessScript, type CommandAssessment, type CommandSetting } from "./shell.ts";
import { forEachChild, parseScript, type SyntaxNode } from "./syntax.ts";

/** A place in the command's text, in UTF-16 code units. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface MarkedAssessment extends CommandAssessment {
  /** In order and without overlaps; none for what is not HIGH. All of it where nobody can tell which part it is. */
  readonly dangers: readonly Stretch[];
}

export function assessAndMark(command: string, setting: CommandSetting): MarkedAssessment {
  const nodes = new Map<SyntaxNode, Set<string>>();
  const script = parseScript(command);
  const assessment = assessScript(command, { ...setting, script, dangers: nodes });
  const { risk, complete } = assessment;
  if (risk !== "HIGH") return { ...assessment, dangers: [] };
  const found = complete && typeof script !== "string" ? smallest(script, nodes).stretches : [];
  const whole = [{ from: 0, to: command.length }];
  const dangers = found.length === 0 ? whole : found.toSorted((a, b) => a.from - b.from);
  return { ...assessment, dangers };
}

interface Found {
  readonly stretches: readonly Stretch[];
  /** What the stretches are HIGH for. */
  readonly reasons: ReadonlySet<string>;
}

/** The pieces deepest down; a piece that is HIGH for more than those in it stands for all of them. */
function smallest(node: SyntaxNode, dangers: ReadonlyMap<SyntaxNode, ReadonlySet<string>>): Found {
  const stretches: Stretch[] = [];
  const reasons = new Set<string>();
  forEachChild(node, (child) => {
    const inner = smallest(child, dangers);
    stretches.push(...inner.stretches);
    for (const reason of inner.reasons) reasons.add(reason);
  });
  const own = [...(dangers.get(node) ?? [])].filter((reason) => !reasons.has(reason));
  if (own.length === 0) return { stretches, reasons };
  for (const reason of own) reasons.add(reason);
  return { stretches: [{ from: node.pos, to: node.end }], reasons };
}
