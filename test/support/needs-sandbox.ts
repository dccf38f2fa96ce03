/** Skips the tests of a file where this machine has no sandbox, and loudly. */
import { beforeEach } from "vitest";
import { probeSandbox } from "../../src/risk/sandbox/probe.ts";

const probe = await probeSandbox(process.env);
const complaint = probe.ok
  ? ""
  : `NO SANDBOX ON THIS MACHINE: ${probe.why}. Mend it: ${probe.mend}`;
if (!probe.ok)
  process.stderr.write(`\n!!! ${complaint}\n!!! The tests that prove it are skipped.\n\n`);

export function needSandbox(): void {
  beforeEach(({ skip }) => skip(!probe.ok, complaint));
}
