/** R14: every promise of the sandbox, tried by real commands, as whoever runs the tests and, for root, as a plain user too. */
import { execFile } from "node:child_process";
import { chmod } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { proveSandbox } from "../../src/cli/prove-sandbox.ts";
import { CLAIMS } from "../../src/cli/sandbox-claims.ts";
import { needSandbox } from "../support/needs-sandbox.ts";

const NOBODY = "65534";
const run = promisify(execFile);

const broken = (proofs: Awaited<ReturnType<typeof proveSandbox>>) =>
  proofs.filter(({ holds }) => !holds).map(({ claim }) => claim);

needSandbox();

test("R14: all promises hold for whoever runs the tests", async () => {
  const proofs = await proveSandbox({ env: process.env });
  expect(broken(proofs)).toEqual([]);
  expect(proofs).toHaveLength(CLAIMS.length + 2);
});

test.runIf(process.getuid?.() === 0)("R14: all promises hold for a plain user", async () => {
  const proofs = await proveSandbox({
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: "/nonexistent", LANG: "C.UTF-8" },
    async prepare(folder) {
      await chmod(folder, 0o755);
      await run("chown", ["-R", `${NOBODY}:${NOBODY}`, folder]);
    },
    before: ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"],
  });
  expect(broken(proofs)).toEqual([]);
});
