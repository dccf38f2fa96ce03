/** Judges the paths of a command: inside the checkout from every folder it may stand in, no secret, nothing protected written. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Assessment, high, worst } from "./assessment.ts";
import { resolveInside } from "./inside.ts";
import { assessPath } from "./paths.ts";
import type { Literal } from "./words.ts";

/** Where a command may run: the checkout, and every folder that it may stand in by then (real paths). */
export interface Standing {
  readonly root: string;
  readonly folders: readonly string[];
}

export function assessPlace(
  standing: Standing,
  word: Literal,
  access: "read" | "write",
): Assessment {
  const paths = word.glob ? expand(standing, word.text) : [word.text];
  if (typeof paths === "string") return high(paths);
  return worst(
    standing.folders.flatMap((folder) =>
      paths.map((path) => assessOne({ root: standing.root, folder, path }, access)),
    ),
  );
}

function assessOne(
  { root, folder, path }: { root: string; folder: string; path: string },
  access: "read" | "write",
): Assessment {
  const place = resolveInside(root, folder, path);
  if (place.at === "nowhere") return high(place.why);
  if (place.at === "outside") return high(`${path} is outside the checkout`);
  // The name as written counts too: a link called .env is a secret wherever it leads.
  const written = assessPath(path.split("/").filter(isName).join("/") || ".", access);
  return worst([written, assessPath(place.relative, access)]);
}

function isName(part: string): boolean {
  return part !== "" && part !== "." && part !== "..";
}

/** The pattern itself and all that it matches at this moment, or why it must not run. */
function expand(standing: Standing, pattern: string): readonly string[] | string {
  const parts = pattern.split("/");
  if (pattern.startsWith("/") || parts.includes("..")) {
    return `${pattern} may match outside the checkout`;
  }
  if (parts.some((part) => /^\.[^/]*[*?[]/.test(part) || part.startsWith("["))) {
    return `${pattern} may match hidden files`;
  }
  const found = standing.folders.flatMap((folder) => matchParts(folder, parts));
  if (found.some((path) => path.startsWith("-"))) {
    return `${pattern} matches a file whose name begins with "-"`;
  }
  return [parts.map((part) => part.replaceAll(/[*?]+/g, "x")).join("/"), ...found];
}

/** What a pattern may match below `folder`, links followed as bash does. Brackets count as any character. */
function matchParts(folder: string, parts: readonly string[]): readonly string[] {
  let paths = [""];
  for (const part of parts) {
    const isPattern = /[*?[]/.test(part);
    const name = isPattern ? toExpression(part) : undefined;
    paths = paths.flatMap((path) => {
      const names =
        name === undefined
          ? [part]
          : namesIn(join(folder, path)).filter((other) => name.test(other));
      return names.map((other) => (path === "" ? other : `${path}/${other}`));
    });
  }
  return paths.filter((path) => existsSync(join(folder, path)));
}

function toExpression(part: string): RegExp {
  const source = part
    .replaceAll(/\[[^\]]*\]/g, "?")
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, ".*")
    .replaceAll("?", ".");
  return new RegExp(`^(?!\\.)${source}$`, "su");
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
