/** From samples to figures: medians, means and ratios. */

/** One run's figures, those of several agents averaged. */
export interface Figures {
  readonly cpu_s: number;
  readonly gap_ms: number;
  readonly pss_mib: number;
  readonly first_request_ms: number;
}

const NAMES: readonly (readonly [name: keyof Figures, words: string])[] = [
  ["cpu_s", "CPU seconds an agent"],
  ["gap_ms", "ms from an answer to the next request"],
  ["pss_mib", "MiB (PSS) an agent"],
  ["first_request_ms", "ms from process start to first request"],
];

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function round(value: number): number {
  return Number(value.toPrecision(3));
}

/** Computes each figure anew. */
function compute(how: (name: keyof Figures) => number): Figures {
  return {
    cpu_s: round(how("cpu_s")),
    gap_ms: round(how("gap_ms")),
    pss_mib: round(how("pss_mib")),
    first_request_ms: round(how("first_request_ms")),
  };
}

export function medians(runs: readonly Figures[]): Figures {
  return compute((name) => median(runs.map((run) => run[name])));
}

export function ratios(of: Figures, to: Figures): Figures {
  return compute((name) => of[name] / to[name]);
}

/** One line a figure: its words, then a column for each of `columns`. */
export function tableOf(columns: readonly Figures[]): string[] {
  return NAMES.map(([name, words]) => {
    const values = columns.map((column) => String(column[name]).padStart(8));
    return `  ${words.padEnd(40)}${values.join("")}`;
  });
}
