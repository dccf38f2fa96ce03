/** What an agent may do at most. A grant is a subset of its giver's: the intersection of what it has and what was asked for. */

export interface Grant {
  readonly tools: readonly string[];
  /** Globs of files that may be changed, relative to the checkout. */
  readonly paths: readonly string[];
  readonly network: boolean;
  /** In US dollars; null is without a limit of its own. */
  readonly budget: number | null;
}

export type GrantRequest = Partial<Grant>;

const READING = [
  "Read",
  "Glob",
  "Grep",
  "TaskList",
  "TaskGet",
  "SendMessage",
  "Recall",
  "Remember",
  "AskUserQuestion",
  "Report",
];
const EDITING = [...READING, "Write", "Edit", "Bash", "TaskOutput", "TaskStop"];
const SHELLS = new Set(["Bash", "Terminal"]);

export const presets: Readonly<Record<"read-only" | "edit" | "full", Grant>> = {
  "read-only": { tools: READING, paths: [], network: false, budget: null },
  edit: { tools: EDITING, paths: ["**"], network: false, budget: null },
  full: { tools: [...EDITING, "Terminal", "WebFetch"], paths: ["**"], network: true, budget: null },
};

/** What is left out of a request is the giver's own. */
export function intersect(parent: Grant, requested: GrantRequest): Grant {
  return {
    tools:
      requested.tools === undefined
        ? parent.tools
        : parent.tools.filter((tool) => requested.tools?.includes(tool)),
    paths:
      requested.paths === undefined ? parent.paths : narrowPaths(parent.paths, requested.paths),
    network: parent.network && requested.network !== false,
    budget: lower(parent.budget, requested.budget ?? null),
  };
}

/** For a repository that nobody vouches for: no tool that runs commands. */
export function noShell(grant: Grant): Grant {
  return { ...grant, tools: grant.tools.filter((tool) => !SHELLS.has(tool)) };
}

/** Whether `child` allows nothing that `parent` does not. */
export function isWithinGrant(parent: Grant, child: Grant): boolean {
  return (
    child.tools.every((tool) => parent.tools.includes(tool)) &&
    child.paths.every((path) => parent.paths.some((other) => covers(other, path))) &&
    (parent.network || !child.network) &&
    (parent.budget === null || (child.budget !== null && child.budget <= parent.budget))
  );
}

function lower(a: number | null, b: number | null): number | null {
  if (a === null) return b === null ? null : Math.max(0, b);
  return b === null ? a : Math.max(0, Math.min(a, b));
}

/** The narrower of each pair; where neither glob covers the other, nothing is granted. */
function narrowPaths(parent: readonly string[], requested: readonly string[]): readonly string[] {
  const kept = requested.flatMap((path) =>
    parent.flatMap((other) => (covers(other, path) ? [path] : covers(path, other) ? [other] : [])),
  );
  return [...new Set(kept)];
}

/** Whether every file that `inner` can name is named by `outer`; where that is not plain, it is not so. */
export function covers(outer: string, inner: string): boolean {
  if (/(^|\/)\.\.(\/|$)|^\//.test(inner)) return false;
  if (outer === inner || outer === "**") return true;
  const folder = /^([^*?[{!]+)\/\*\*$/.exec(outer)?.[1];
  return folder !== undefined && (inner === folder || inner.startsWith(`${folder}/`));
}
