import { mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openWithin, resolveInCheckout, withFolder } from "../../src/tools/paths.ts";
import { createWorkspace } from "./workspace.ts";

test("names paths relative to the checkout, however they were given", () => {
  const { root, write } = createWorkspace();
  write({ "src/a.ts": "" });
  const paths = ["src/a.ts", "./src/../src/a.ts", join(root, "src/a.ts"), ".", "new/b.ts"];
  expect(paths.map((path) => resolveInCheckout(root, path).relative)).toEqual([
    "src/a.ts",
    "src/a.ts",
    "src/a.ts",
    ".",
    "new/b.ts",
  ]);
});

test("a file that is reached through a folder swapped for a link is not opened", async () => {
  const { root, outside, write } = createWorkspace();
  write({ "d/a.txt": "mine" });
  writeFileSync(join(outside, "a.txt"), "theirs");
  const { absolute } = resolveInCheckout(root, "d/a.txt");
  renameSync(join(root, "d"), join(root, "aside"));
  symlinkSync(outside, join(root, "d"));
  await expect(openWithin(root, absolute)).rejects.toThrow("leads out of the checkout");
});

test("a file swapped for a link is not opened", async () => {
  const { root, outside } = createWorkspace();
  writeFileSync(join(outside, "a.txt"), "theirs");
  symlinkSync(join(outside, "a.txt"), join(root, "a.txt"));
  await expect(openWithin(root, join(root, "a.txt"))).rejects.toThrow("ELOOP");
});

test("a folder that is swapped for a link while it is written to stays the same folder", async () => {
  const { root, outside } = createWorkspace();
  const folder = join(root, "d");
  mkdirSync(folder);
  await withFolder({ root, folder }, async (pinned) => {
    renameSync(folder, join(root, "aside"));
    symlinkSync(outside, folder);
    await writeFile(join(pinned, "x.txt"), "x");
  });
  expect([readdirSync(outside), readdirSync(join(root, "aside"))]).toEqual([[], ["x.txt"]]);
});

test("a folder that was swapped for a link before is not written to", async () => {
  const { root, outside } = createWorkspace();
  mkdirSync(join(outside, "sub"));
  symlinkSync(outside, join(root, "d"));
  const inLink = { root, folder: join(root, "d/sub") };
  await expect(withFolder(inLink, async () => "written")).rejects.toThrow("leads out");
});
