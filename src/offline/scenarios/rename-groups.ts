/** Which files of a rename make one task: those that an ES module links by the name, and even shares of the rest. */
import type { Job } from "./rename-job.ts";

const MOST_TASKS = 4;
const SMALL = 3;

export interface Group {
  readonly files: readonly string[];
  /** The files change together: an import of a name that is gone does not link. */
  readonly linked: boolean;
}

export interface Survey {
  /** Every file that has to change. */
  readonly files: readonly string[];
  readonly importers: readonly string[];
  readonly exporters: readonly string[];
}

/** Ripgrep patterns for multiline search. */
export function linkPatterns({ from }: Job): { imports: string; exports: string } {
  const named = `\\{[^{}]*\\b${from}\\b[^{}]*\\}`;
  const keyword =
    "const|let|var|(?:async\\s+)?function\\*?|class|type|interface|(?:const\\s+)?enum";
  return {
    imports: `\\bimport\\b[^;'"{}]*${named}\\s*from\\b`,
    exports:
      `\\bexport\\s+(?:type\\s+)?${named}|` +
      `\\bexport\\s+(?:default\\s+)?(?:declare\\s+)?(?:abstract\\s+)?(?:${keyword})\\s+${from}\\b`,
  };
}

export function groupFiles({ files, importers, exporters }: Survey): Group[] {
  const sorted = files.toSorted();
  const links = new Set(importers.length > 0 ? [...importers, ...exporters] : []);
  const linked = sorted.filter((file) => links.has(file));
  if (sorted.length <= SMALL) return [{ files: sorted, linked: linked.length > 1 }];
  const rest = sorted.filter((file) => !links.has(file));
  const shares = Math.min(MOST_TASKS - (linked.length > 0 ? 1 : 0), rest.length);
  return [
    ...(linked.length > 0 ? [{ files: linked, linked: true }] : []),
    ...split(rest, shares).map((share) => ({ files: share, linked: false })),
  ];
}

/** The folder that all files share, for a task's subject. */
export function placeOf(files: readonly string[]): string {
  const folders = files.map((file) => file.split("/").slice(0, -1));
  const [first = [], ...others] = folders;
  const end = first.findIndex((name, at) => others.some((folder) => folder[at] !== name));
  return (end < 0 ? first : first.slice(0, end)).join("/") || "the repository";
}

function split(files: readonly string[], shares: number): string[][] {
  return Array.from({ length: shares }, (_, share) =>
    files.slice(
      Math.round((share * files.length) / shares),
      Math.round(((share + 1) * files.length) / shares),
    ),
  );
}
