/**
 * `npm run test:faults`: at every failpoint, at its first passage, its second, and so on until it is not passed any more,
 * a whole session is killed, brought back and looked at. `-- --at worker.tool.after-effect@2` plays one of them,
 * `--only REGEXP` some points, `--passages N` the first N passages of each, `--every N` each N-th, `--lanes N` so many side by
 * side.
 */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FAILPOINTS } from "../../src/failpoint.ts";
import type { Workplace } from "../e2e/support/workplace.ts";
import { inLanes } from "./lanes.ts";
import { stateFolder } from "./place.ts";
import { playFault } from "./play.ts";

const { values } = parseArgs({
  options: {
    at: { type: "string", multiple: true },
    only: { type: "string", default: "" },
    passages: { type: "string", default: "1000" },
    every: { type: "string", default: "1" },
    lanes: { type: "string", default: "2" },
  },
});
const failures = await mkdtemp(join(tmpdir(), "swarmux-faults-"));
const count = { runs: 0, fired: 0, failed: 0 };

/** True when the point was passed that often. */
async function play(name: string): Promise<boolean> {
  const started = performance.now();
  await using played = await playFault(name);
  const { complaints, place, output } = played;
  const fired = played.fired.length > 0;
  count.runs += 1;
  if (fired) count.fired += 1;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const verdict = complaints.length > 0 ? "FAILED" : fired ? "ok" : "not reached";
  process.stdout.write(`${name.padEnd(42)} ${verdict} ${seconds} s\n`);
  for (const complaint of complaints) process.stdout.write(`    ${complaint}\n`);
  if (complaints.length > 0) {
    count.failed += 1;
    const kept = join(failures, name);
    await keepJournals(place, kept);
    process.stdout.write(`    kept in ${kept}\n${output.replaceAll(/^/gm, "    | ")}\n`);
  }
  return fired;
}

/** All that is not a checkout or a socket. */
async function keepJournals(place: Workplace, to: string): Promise<void> {
  const skipped = ["checkouts", "run"].map((name) => join(stateFolder(place), name));
  await cp(stateFolder(place), to, {
    recursive: true,
    filter: (path) => !skipped.includes(path),
  }).catch((error: unknown) => process.stdout.write(`    nothing is kept: ${String(error)}\n`));
}

const points = FAILPOINTS.filter((name) => new RegExp(values.only).test(name));
const chosen = values.at?.map((name) => async () => void (await play(name)));
const rows = points.map((name) => async () => {
  for (let passage = 1; passage <= Number(values.passages); passage += Number(values.every)) {
    if (!(await play(`${name}@${passage}`))) return;
  }
});
await inLanes(Number(values.lanes), chosen ?? rows);

process.stdout.write(
  `${points.length} points, ${count.runs} runs, ${count.fired} fired, ${count.failed} failed\n`,
);
if (count.failed === 0) await rm(failures, { recursive: true });
process.exitCode = count.failed === 0 ? 0 : 1;
