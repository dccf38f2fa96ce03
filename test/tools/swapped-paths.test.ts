import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openWithin, resolveInCheckout, withFolder } from "../../src/tools/paths.ts";
import { createWorkspace } from "./workspace.ts";

/** A checkout with the folder `a`, which can become a link to elsewhere and a folder again. */
function createSwap(to: (root: string, outside: string) => string) {
  const { root, outside } = createWorkspace();
  for (const folder of [join(root, "a"), join(root, ".git/b"), outside]) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "f.txt"), folder === join(root, "a") ? "mine" : "secret");
  }
  symlinkSync(to(root, outside), join(root, "link"));
  let isLink = false;
  const swap = () => {
    const [away, here] = isLink ? ["link", "aside"] : ["aside", "link"];
    renameSync(join(root, "a"), join(root, away));
    renameSync(join(root, here), join(root, "a"));
    isLink = !isLink;
  };
  return { root, outside, swap };
}

const PLACES: readonly [string, (root: string, outside: string) => string][] = [
  ["out of the checkout", (_root, outside) => outside],
  ["to git's own files", (root) => join(root, ".git/b")],
];

test.each(PLACES)(
  "R17: a folder that becomes a link %s after the check is not read through",
  async (_name, to) => {
    const { root, swap } = createSwap(to);
    const path = resolveInCheckout(root, "a/f.txt");
    for (let round = 0; round < 50; round += 1) {
      swap();
      await expect(openWithin(root, path.absolute)).rejects.toThrow(
        /leads out|changed while|ELOOP|ENOTDIR/,
      );
      swap();
      await using file = await openWithin(root, path.absolute);
      expect(await file.readFile("utf8")).toBe("mine");
    }
  },
);

test.each(PLACES)(
  "R17: nor is a file written through it, however it is swapped meanwhile",
  async (_name, to) => {
    const { root, outside, swap } = createSwap(to);
    const folder = resolveInCheckout(root, "a").absolute;
    const before = [readdirSync(outside), readdirSync(join(root, ".git/b"))];
    for (let round = 0; round < 50; round += 1) {
      swap();
      await expect(withFolder({ root, folder }, async () => {})).rejects.toThrow(
        /leads out|changed while|ELOOP|ENOTDIR/,
      );
      swap();
      await withFolder({ root, folder }, async (pinned) => {
        swap();
        writeFileSync(join(pinned, `n${round}.txt`), "mine");
        swap();
      });
      expect(readFileSync(join(root, `a/n${round}.txt`), "utf8")).toBe("mine");
    }
    expect([readdirSync(outside), readdirSync(join(root, ".git/b"))]).toEqual(before);
  },
);
