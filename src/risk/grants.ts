/** What an agent may do at most. A grant is a subset of its giver's: the intersection of what it has and what was asked for. */
import { matchesGlob } from "node:path";
import type { Grant, GrantName } from "../permissions.ts";

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

export const presets: Readonly<Record<GrantName, Grant>> = {
  "read-only": { tools: READING, paths: [], network: false, budget: null },
  edit: { tools: EDITING, paths: ["**"], network: false, budget: null },
  full: { tools: [...EDITING, "Terminal", "WebFetch"], paths: ["**"], network: true, budget: null },
};

/**
 * What a list of tools asks for, as a lead writes it: `Edit(src/**)` and `Write(src/**)` name the only files that may be
 * changed. Null is whatever the giver has.
 */
export function requestOf(tools: readonly string[] | null): GrantRequest {
  if (tools === null) return {};
  const asked = tools.map(parseTool);
  const edits = asked.filter(({ tool }) => EDITS.has(tool));
  const isLimited = edits.length > 0 && edits.every(({ path }) => path !== undefined);
  return {
    tools: [...new Set(asked.map(({ tool }) => tool))],
    ...(isLimited ? { paths: edits.flatMap(({ path }) => path ?? []) } : {}),
  };
}

const EDITS = new Set(["Edit", "Write"]);

/** A tool's name, with the pattern of files that stands in its brackets. */
export function parseTool(text: string): { readonly tool: string; readonly path?: string } {
  const [, tool = text, path] = /^(\w+)\((.+)\)$/s.exec(text.trim()) ?? [];
  return path === undefined ? { tool } : { tool, path };
}

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

/** The grant that a session is started with. `budget` is for each task. */
export function sessionGrant(options: {
  readonly grant: GrantName;
  readonly no_shell: boolean;
  readonly task_budget: number | null;
}): Grant {
  const grant = { ...presets[options.grant], budget: options.task_budget };
  return options.no_shell ? noShell(grant) : grant;
}

/** For a repository that nobody vouches for: no tool that runs commands. */
export function noShell(grant: Grant): Grant {
  return { ...grant, tools: grant.tools.filter((tool) => !SHELLS.has(tool)) };
}

/** Whether a file may be changed. One outside the checkout is no matter of globs: it is HIGH and takes a person's yes. */
export function mayChange({ paths }: Grant, path: string): boolean {
  return (
    path.startsWith("/") || paths.some((glob) => covers(glob, path) || matchesGlob(path, glob))
  );
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
