/**
 * Who may import whom: the two tables of the architecture, and the check of a set of source files against them.
 * It reads the syntax tree, so that static, type-only and dynamic imports, `export … from` and `import("…").Type` all count.
 */
import { posix } from "node:path";
import { parseAst } from "rolldown/parseAst";

/** `types` allows `import type` only; a list allows these files only. */
type Permission = "all" | "types" | readonly string[];

/** Besides itself and the leaves (files directly in `src/`), a room may import these. */
const ROOMS: Readonly<Record<string, Readonly<Record<string, Permission>>>> = {
  ipc: {},
  git: {},
  risk: {},
  memory: {},
  session: {},
  offline: {},
  tools: { risk: "all", memory: "all" },
  agent: { tools: "types", memory: "all" },
  panes: { session: "all" },
  worker: {
    agent: "all",
    tools: "all",
    risk: "all",
    memory: "all",
    ipc: "all",
    session: "all",
    git: ["src/git/borrowed.ts"],
  },
  coordinator: {
    agent: "all",
    tools: "all",
    risk: "all",
    memory: "all",
    ipc: "all",
    session: "all",
    panes: "all",
    git: "all",
  },
  cli: {
    coordinator: "all",
    worker: ["src/worker/main.ts"],
    session: "all",
    memory: "all",
    offline: "all",
    panes: "all",
    git: "all",
    ipc: "all",
    risk: "all",
  },
};

/** Where a heavy package may be imported: folders end in a slash. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  zeromq: ["src/ipc/"],
  "@anthropic-ai/sdk": ["src/agent/anthropic.ts"],
  "node-pty": ["src/tools/terminal.ts"],
  execa: ["src/panes/", "src/git/"],
  unbash: ["src/risk/"],
  "@xterm/headless": ["src/tools/terminal.ts"],
  "@vscode/ripgrep": ["src/tools/"],
  "node:sqlite": ["src/session/"],
  commander: ["src/cli/"],
};

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** One line for each import that the tables forbid. `files` maps paths (`src/panes/tmux.ts`) to their text. */
export function findViolations(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) =>
    findImports(path, text).flatMap((found) => {
      const complaint = judge(path, found);
      return complaint === undefined ? [] : [`${path} imports "${found.specifier}": ${complaint}`];
    }),
  );
}

function judge(path: string, found: Import): string | undefined {
  const { specifier } = found;
  if (!specifier.startsWith(".")) return judgePackage(path, specifier);
  const target = posix.join(posix.dirname(path), specifier);
  if (!target.startsWith("src/")) return "source imports nothing outside src/";
  const [from, to] = [roomOf(path), roomOf(target)];
  if (to === null || from === to) return undefined;
  if (from === null) return "a leaf imports nothing but other leaves";
  const allowed = ROOMS[from];
  if (allowed === undefined) return `${from}/ is not in the table of rooms`;
  const permission = allowed[to];
  if (permission === undefined) return `${from}/ may not import ${to}/`;
  if (permission === "all") return undefined;
  if (permission === "types") {
    return found.typeOnly ? undefined : `${from}/ may import only types from ${to}/`;
  }
  if (permission.includes(target)) return undefined;
  return `${from}/ may import only ${permission.join(", ")} from ${to}/`;
}

function judgePackage(path: string, specifier: string): string | undefined {
  for (const [name, homes] of Object.entries(HOMES)) {
    if (specifier !== name && !specifier.startsWith(`${name}/`)) continue;
    const isHome = homes.some((home) =>
      home.endsWith("/") ? path.startsWith(home) : path === home,
    );
    if (!isHome) return `${name} is imported only in ${homes.join(", ")}`;
  }
  return undefined;
}

/** The room a file is in; null for a leaf. */
function roomOf(path: string): string | null {
  const [, room = "", ...rest] = path.split("/");
  return rest.length === 0 ? null : room;
}

export function findImports(path: string, text: string): Import[] {
  const imports: Import[] = [];
  visit(parseAst(text, { lang: "ts" }, path), (node) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) imports.push({ specifier, typeOnly: isTypeOnly(node) });
  });
  return imports;
}

type Node = Record<string, unknown>;

const IMPORTING = new Set([
  "ImportDeclaration",
  "ExportNamedDeclaration",
  "ExportAllDeclaration",
  "ImportExpression",
  "TSImportType",
]);

function specifierOf(node: Node): string | undefined {
  const { type, source } = node;
  if (typeof type !== "string" || !IMPORTING.has(type) || !isNode(source)) return undefined;
  return typeof source["value"] === "string" ? source["value"] : undefined;
}

/** `import type …`, or every name in the brackets marked so. `import {} from` runs the module and is none. */
function isTypeOnly(node: Node): boolean {
  if (node["type"] === "TSImportType") return true;
  if (node["importKind"] === "type" || node["exportKind"] === "type") return true;
  const names = node["specifiers"];
  if (!Array.isArray(names) || names.length === 0) return false;
  return names.every(
    (name) => isNode(name) && (name["importKind"] === "type" || name["exportKind"] === "type"),
  );
}

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const each of value) visit(each, see);
  } else if (isNode(value)) {
    see(value);
    for (const each of Object.values(value)) visit(each, see);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null;
}
