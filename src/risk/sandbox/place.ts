/** What a sandbox needs to know of the checkout that it stands in. */
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PROTECTED } from "../paths.ts";
import type { Locks, Place } from "./profile.ts";

export interface CheckoutFacts {
  /** Real path. */
  readonly checkout: string;
  readonly repo: string;
  /** Dependency folders, relative to both. */
  readonly links: readonly string[];
  readonly objects: readonly string[];
  readonly hidden: readonly string[];
}

export function findPlace({ checkout, repo, links, objects, hidden }: CheckoutFacts): Place {
  const tops = new Set([".git", ...links.map((link) => link.split("/")[0])]);
  const mirrored = readdirSync(checkout).filter((name) => !tops.has(name));
  const dependencies = links.map((link) => join(repo, link));
  return { checkout, repo, mirrored, dependencies, objects, hidden };
}

/** Settings of git that could make it run something: for a person, who may look into the checkout later. */
const OF_GIT = ["config", "info", "commondir", "hooks"];

/** Names that no command creates on the side. Others of `PROTECTED` are locked only where they are there. */
const NEVER_NEW = [
  ".gitmodules",
  ".mcp.json",
  ".vscode",
  ".idea",
  ".claude",
  ".codex",
  ".cursor",
  ".gemini",
  ".opencode",
  ".swarmux",
];

/**
 * What is to be locked at this moment. A folder with nothing in it counts as absent: git does not know it, and one may
 * have been left by a sandbox that was killed. Throws where the agent's `.git` is not the folder that it should be.
 */
export function findLocks(checkout: string): Locks {
  const git = join(checkout, ".git");
  if (kindOf(git) !== "folder") throw new Error(`${git} is not a folder any more`);
  const present = OF_GIT.map((name) => join(git, name)).filter((path) => isThere(kindOf(path)));
  const absent: string[] = [];
  for (const name of PROTECTED) {
    const path = join(checkout, name);
    const kind = kindOf(path);
    if (path === git) continue;
    if (kind === "file" || (kind === "folder" && !isEmpty(path))) present.push(path);
    else if (kind !== "link" && NEVER_NEW.includes(name)) absent.push(path);
  }
  return { held: [git], present, absent };
}

/** A link can't be locked: what would be mounted is what it leads to. */
type Kind = "file" | "folder" | "link" | "none";

function isThere(kind: Kind): boolean {
  return kind === "file" || kind === "folder";
}

function isEmpty(folder: string): boolean {
  return readdirSync(folder).length === 0;
}

function kindOf(path: string): Kind {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (facts === undefined) return "none";
  if (facts.isSymbolicLink()) return "link";
  return facts.isDirectory() ? "folder" : "file";
}
