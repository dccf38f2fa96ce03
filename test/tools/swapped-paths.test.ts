import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { openWithin, resolveInCheckout, withFolder } from "../../src/tools/paths.ts";
import { writeTool } from "../../src/tools/write.ts";
import { createWorkspace } from "./workspace.ts";

/** A checkout with the folder `a`, which can become a link to elsewhere and a folder again. */
function createSwap(to: (root: string, outside: string) => string) {
  const { root, outside, call } = createWorkspace();
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
  return { root, outside, swap, call };
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

/** Swaps the folder for the link and back, as fast as it can, and clears away what was made in between. */
const SWAPS = `
  const { renameSync, rmSync } = require("node:fs");
  const { parentPort, workerData: { root, rounds } } = require("node:worker_threads");
  function move(from, to) {
    for (;;) {
      try {
        return renameSync(root + "/" + from, root + "/" + to);
      } catch {
        try {
          rmSync(root + "/" + to, { recursive: true, force: true });
        } catch {}
      }
    }
  }
  for (let round = 0; round < rounds; round += 1) {
    move("a", "aside");
    move("link", "a");
    move("a", "link");
    move("aside", "a");
  }
  parentPort.postMessage("done");
`;

test.each(PLACES)(
  "R17: nor does Write make folders or files through it while another thread swaps it %s",
  async (_name, to) => {
    const { root, outside, call } = createSwap(to);
    const seen = () => [outside, join(root, ".git/b")].map((folder) => readdirSync(folder));
    const before = seen();
    const thread = new Worker(SWAPS, { eval: true, workerData: { root, rounds: 6_000 } });
    const swaps = new AbortController();
    const ended = new Promise<void>((resolve, reject) => {
      thread.once("error", reject);
      thread.once("exit", () => {
        swaps.abort();
        resolve();
      });
    });
    for (let n = 0; !swaps.signal.aborted; n += 1) {
      const file_path = `a/made-${n}/below/n.txt`;
      await call(writeTool, { file_path, content: "mine" }).catch(() => "refused");
    }
    await ended;
    expect(seen()).toEqual(before);
    await call(writeTool, { file_path: "a/last/n.txt", content: "mine" });
    expect(readFileSync(join(root, "a/last/n.txt"), "utf8")).toBe("mine");
  },
);
