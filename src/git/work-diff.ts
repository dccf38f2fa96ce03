/** What a checkout's files change at this moment, new ones included, while its worker goes on. */
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { git } from "./git.ts";

/** A patch against `base`. The checkout's own index is not touched: another one is made for it, and goes again. */
export async function workDiff(work: {
  readonly path: string;
  readonly base: string;
}): Promise<string> {
  const { path, base } = work;
  const folder = await mkdtemp(join(tmpdir(), "swarmux-diff-"));
  try {
    const index = join(folder, "index");
    // What is known of unchanged files need not be read again.
    await copyFile(await git(path, ["rev-parse", "--git-path", "index"]), index).catch(() => {});
    const env = { GIT_INDEX_FILE: index };
    await git(path, ["add", "-A"], { env });
    const diff = ["diff", "--cached", "-M", "--no-ext-diff", "--no-textconv", "--no-color"];
    const patch = await git(path, [...diff, "--src-prefix=a/", "--dst-prefix=b/", base], { env });
    return patch;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
