/** How many tokens a model's context holds, where that is published (2026-11-20). */

const WINDOWS: readonly (readonly [RegExp, number])[] = [
  [/^claude-(?:opus|sonnet|haiku|fable|mythos)-5/, 1_000_000],
  [/^claude-haiku-4-5/, 200_000],
];

export function contextWindowOf(model: string): number | null {
  return WINDOWS.find(([name]) => name.test(model))?.[1] ?? null;
}
