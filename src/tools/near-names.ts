/** Names like the one that is not there, so that a failed path says what may have been meant. */
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { CheckoutPath } from "./paths.ts";

const MOST = 3;

/** A sentence to put behind "No file at …", or an empty text. */
export async function suggestNames(path: CheckoutPath): Promise<string> {
  const wanted = basename(path.absolute);
  const names = await readdir(dirname(path.absolute)).catch(() => undefined);
  if (names === undefined)
    return ` There is no folder ${dirname(path.relative)}. Use Glob to find it.`;
  const near = names
    .map((name) => ({ name, distance: distanceOf(name, wanted) }))
    .filter(({ name, distance }) => name !== ".git" && distance <= Math.max(2, wanted.length / 3))
    .toSorted((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, MOST)
    .map(({ name }) => join(dirname(path.relative), name));
  return near.length === 0 ? " Use Glob to find it." : ` Did you mean ${near.join(", ")}?`;
}

/** Edits between two names, case ignored; another ending of the same stem is near. */
function distanceOf(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  if (stem(left) === stem(right)) return 1;
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

function stem(name: string): string {
  return name.replace(/(?<=.)\..*$/, "");
}
