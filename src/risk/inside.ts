/** Where a path really leads: every component resolved as the kernel does it, links included, then compared with a root. */
import { lstatSync, realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

export type Place =
  | { readonly at: "inside"; readonly absolute: string; readonly relative: string }
  | { readonly at: "outside"; readonly absolute: string }
  | { readonly at: "nowhere"; readonly why: string };

/**
 * Resolves `path` (relative to `base`, or absolute) under `root`; both are real paths. What does not exist yet is resolved
 * from its nearest existing parent. `relative` is "." for the root itself. `nowhere` is a link to nothing, or a
 * path that can't be looked at.
 */
export function resolveInside(root: string, base: string, path: string): Place {
  let current = path.startsWith(sep) ? sep : base;
  let missing = false;
  for (const part of path.split(sep)) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (missing)
        return { at: "nowhere", why: `"${path}" climbs out of a folder that does not exist` };
      current = dirname(current);
      continue;
    }
    current = join(current, part);
    if (missing) continue;
    const step = follow(current);
    if (step === "broken") return { at: "nowhere", why: `"${path}" leads through a broken link` };
    if (step === "missing") missing = true;
    else current = step;
  }
  if (!isWithin(root, current)) return { at: "outside", absolute: current };
  return { at: "inside", absolute: current, relative: relative(root, current) || "." };
}

/** Compares with a separator: `/ws-evil` is not within `/ws`. */
export function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function follow(path: string): string {
  try {
    if (!lstatSync(path).isSymbolicLink()) return path;
  } catch (error) {
    return isMissing(error) ? "missing" : "broken";
  }
  try {
    return realpathSync(path);
  } catch {
    return "broken";
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
