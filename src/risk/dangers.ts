/** Which stretches of a command make it HIGH, so that a person's eye falls on them first. */
import { assessScript, type CommandSetting } from "./shell.ts";
import { forEachChild, parseScript, type SyntaxNode } from "./syntax.ts";

/** A place in the command's text, in UTF-16 code units. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** In order and without overlaps; none for what is not HIGH. All of it where nobody can tell which part it is. */
export function findDangers(command: string, setting: CommandSetting): readonly Stretch[] {
  const dangers = new Map<SyntaxNode, Set<string>>();
  const script = parseScript(command);
  const { risk, complete } = assessScript(command, { ...setting, script, dangers });
  if (risk !== "HIGH") return [];
  const whole = [{ from: 0, to: command.length }];
  if (!complete || typeof script === "string") return whole;
  const { stretches } = smallest(script, dangers);
  return stretches.length === 0 ? whole : stretches.toSorted((a, b) => a.from - b.from);
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
