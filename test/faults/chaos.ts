/**
 * `npm run test:chaos`: 10,000 commands to four workers and back, while 200 times the coordinator or a worker is killed; once
 * over a good wire, once over one that loses, repeats and reorders. `-- --seed N` repeats the same kills.
 */
import { rm } from "node:fs/promises";
import { parseArgs } from "node:util";
import { killAtRandom } from "./kill-at-random.ts";

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "10000" },
    kills: { type: "string", default: "200" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    loss: { type: "string", multiple: true, default: ["0", "5"] },
  },
});
const [messages, kills, seed] = [values.messages, values.kills, values.seed].map(Number);
for (const loss of values.loss.map(Number)) {
  const plan = { messages: messages ?? 0, kills: kills ?? 0, workers: 4, seed: seed ?? 0, loss };
  process.stdout.write(`${JSON.stringify(plan)}\n`);
  const result = await killAtRandom(plan, (back) => {
    if (back % 1000 === 0) process.stdout.write(`  ${back} came back\n`);
  });
  process.stdout.write(`${JSON.stringify(result)}\n`);
  const { lost, twice, inOrder, folder } = result;
  const isGood = lost === 0 && twice === 0 && inOrder;
  if (isGood) await rm(folder, { recursive: true });
  else process.exitCode = 1;
}
