/** `swarmux demo`: a sample repository and a whole session on it with the scripted model: no key, no network, no cost. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSample } from "./demo/sample.ts";
import type { Output } from "./output.ts";
import { run } from "./run.ts";

const TASK = "rename cb to callback";
const CHECK = "node --test";

export async function demo(output: Output, options: { headless?: boolean }): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "swarmux-demo-"));
  const repo = join(folder, "shop");
  await makeSample(repo);
  output.note(
    `demo in ${repo}: a scripted model renames an identifier in a small code base, with four workers`,
  );
  process.chdir(repo);
  process.env["SWARMUX_STATE_DIR"] = join(folder, "state");
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const code = await run(output, TASK, {
    offline: true,
    yes: true,
    check: [CHECK],
    workers: "4",
    session: "demo",
    ...(options.headless === true || !isTerminal ? { headless: true } : {}),
  });
  output.line(`the demo left this folder and nothing else: ${folder}`);
  output.line(`look: cd ${repo} && SWARMUX_STATE_DIR=${join(folder, "state")} swarmux diff`);
  return code;
}
