/**
 * The coordinator's process, as our tmux server or `--detach` starts it. It reads no command line for people, so that the screen
 * stands sooner.
 */
import { parseArgs } from "node:util";
import { runCoordinator } from "./coordinator.ts";
import { endProcess } from "./end-process.ts";
import { createOutput, reportFailure } from "./output.ts";

const { values } = parseArgs({
  options: { folder: { type: "string", default: "" }, pane: { type: "boolean", default: false } },
});
const { stdout, stderr, env } = process;
let exitCode: number;
try {
  const output = createOutput({ stdout, stderr, env, color: undefined });
  exitCode = await runCoordinator(output, values.folder, values.pane);
} catch (error) {
  exitCode = reportFailure(error, (text) => void stderr.write(`${text}\n`));
}
endProcess(exitCode);
