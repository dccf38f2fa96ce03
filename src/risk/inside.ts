/** Where a path really leads: every component resolved as the kernel does it, links included, then compared with a root. */
import { lstatSync, realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

export type Place =
  | { readonly at: "inside"; readonly absolute: string; readonly relative: string }
  | { readonly at: "outside"; readonly absolute: string }
  | { readonly at: "nowhere"; readonly why: string };

/** What one look at the file system found: a real path, or why there is none. */
type Step = { readonly path: string; readonly folder: boolean } | "missing" | "broken";

/** Answers of one moment, so that a long command asks the file system once for each path. */
export type Looks = Map<string, Step>;

/**
 * Resolves `path` (relative to `base`, or absolute) under `root`; both are real paths. What does not exist yet is resolved
 * from its nearest existing parent. `relative` is "." for the root itself. `nowhere` is a link to nothing, or a
 * path that can't be looked at.
 */
export function resolveInside(root: string, base: string, path: string): Place {
  return resolveWith({ root, base, looks: new Map() }, path);
}

export function resolveWith(
  { root, base, looks }: { root: string; base: string; looks: Looks },
  path: string,
): Place {
  let current = path.startsWith(sep) ? sep : base;
  let missing = false;
  let folder = true;
  for (const part of path.split(sep)) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (missing)
        return { at: "nowhere", why: `"${path}" climbs out of a folder that does not exist` };
      current = dirname(current);
      folder = true;
      continue;
    }
    if (!folder && !missing) return { at: "nowhere", why: `"${path}" leads through a file` };
    current = join(current, part);
    if (missing) continue;
    const step = look(current, looks);
    if (step === "broken") return { at: "nowhere", why: `"${path}" leads through a broken link` };
    if (step === "missing") missing = true;
    else {
      current = step.path;
      folder = step.folder;
    }
  }
  if (!isWithin(root, current)) return { at: "outside", absolute: current };
  return { at: "inside", absolute: current, relative: relative(root, current) || "." };
}

/** Compares with a separator: `/ws-evil` is not within `/ws`. */
export function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

export function isThere(path: string, looks: Looks): boolean {
  return look(path, looks) !== "missing";
}

function look(path: string, looks: Looks): Step {
  let step = looks.get(path);
  if (step === undefined) {
    step = lookAt(path);
    looks.set(path, step);
  }
  return step;
}

function lookAt(path: string): Step {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return "missing";
    if (!found.isSymbolicLink()) return { path, folder: found.isDirectory() };
    const real = realpathSync(path);
    return { path: real, folder: lstatSync(real).isDirectory() };
  } catch {
    return "broken";
  }
}
