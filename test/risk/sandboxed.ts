/** A real checkout of a real repository with its enclosures, and a way to run a command of an agent in it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { findBorrowed } from "../../src/git/borrowed.ts";
import { createCheckout } from "../../src/git/checkouts.ts";
import type { Gift } from "../../src/risk/gives.ts";
import { createSecretFilter } from "../../src/risk/hide-secrets.ts";
import { type Enclosures, openEnclosures } from "../../src/risk/sandbox/enclosures.ts";
import { type CommandEnd, runCommand } from "../../src/tools/command.ts";
import { createShells, type Shells } from "../../src/tools/shells.ts";
import { ADA, createWorkshop, put, sh, type Workshop } from "../git/support.ts";

export interface Sandboxed extends Workshop {
  readonly checkout: string;
  readonly enclosures: Enclosures;
  readonly shells: Shells;
  run(command: string, how?: RunHow): Promise<CommandEnd>;
}

export interface RunHow {
  readonly signal?: AbortSignal;
  readonly timeout?: number;
  /** What a person's yes has given it. */
  readonly gifts?: readonly Gift[];
}

/** `prepare` puts things into the repository that are not in git. */
export async function createSandboxed(
  files: Readonly<Record<string, string>> = { "a.txt": "one\n" },
  prepare: (repo: string) => Promise<void> | void = () => {},
): Promise<Sandboxed> {
  const shop = await createWorkshop(files);
  await prepare(shop.repo);
  const checkout = shop.at("ada");
  const branch = "swarmux/s/t1";
  await createCheckout({ repo: shop.repo, path: checkout, branch, base: shop.base, identity: ADA });
  const outputs = join(shop.folder, "outputs");
  mkdirSync(outputs);
  const enclosuresOf = await openEnclosures({
    state: "on",
    env: process.env,
    marks: {},
    hidden: [join(shop.folder, "checkouts")],
  });
  const enclosures = enclosuresOf({ checkout, ...(await findBorrowed(checkout)) });
  const shells = createShells(checkout, enclosures.enclosure);
  onTestFinished(() => shells.rest());
  return {
    ...shop,
    checkout,
    enclosures,
    shells,
    async run(command, { signal = new AbortController().signal, timeout = 60_000, gifts } = {}) {
      if (gifts !== undefined) await shells.rest();
      return runCommand(command, {
        shells,
        enclosure: gifts === undefined ? enclosures.enclosure : enclosureFor(enclosures, gifts),
        timeout,
        limit: 20_000,
        outputs,
        secrets: createSecretFilter([]),
        signal,
      });
    },
  };
}

const CAUSE = { outside: "remote", network: "downloaded", protected: "protected" } as const;

function enclosureFor(enclosures: Enclosures, gifts: readonly Gift[]) {
  const causes = gifts.map((gift) => ({ risk: "HIGH", kind: CAUSE[gift], text: "" }) as const);
  return enclosures.approvedEnclosure({ causes });
}

export { put, sh };
