/** A repository's own prompts, which count only after a person has said yes to their very text. */
import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { showHidden } from "../coordinator/screen/terminal/printable.ts";
import { EXIT, SwarmError } from "../errors.ts";
import { inspectRepository } from "../git/repository.ts";
import { WORKER_MARK } from "../session/leftovers.ts";
import { findTrusted, keepTrusted, type TrustedFile } from "../session/trust.ts";
import type { Output } from "./output.ts";

type PromptName = "coordinator" | "worker";
const NAMES: readonly PromptName[] = ["coordinator", "worker"];

/** Files of the texts to use. In a terminal the person is asked; elsewhere a text without their yes is not used, and that is said. */
export async function findProjectPrompts(
  output: Output,
  root: string,
  isAsking: boolean,
): Promise<Partial<Record<PromptName, string>>> {
  const found: Partial<Record<PromptName, string>> = {};
  for (const name of NAMES) {
    const prompt = readPrompt(root, name);
    if (prompt === undefined) continue;
    const path = await findTrusted(process.env, root, prompt);
    if (path !== undefined) found[name] = path;
    else if (isAsking && (await askFor(output, prompt))) {
      found[name] = await keepTrusted(process.env, root, prompt);
    } else if (!isAsking) {
      output.note(
        `warning: ${prompt.file} of this repository is not used: you have not said yes to this text of it. Look and decide: swarmux rules trust`,
      );
    }
  }
  return found;
}

/** `swarmux rules trust`: shows each prompt of the repository that waits for a yes, and takes it. */
export async function trustPrompts(
  output: Output,
  options: { readonly yes?: boolean },
): Promise<number> {
  if (process.env[WORKER_MARK] !== undefined) {
    throw new SwarmError("usage", "An agent can't say yes for the person.", {
      mend: "run it in a terminal of your own",
    });
  }
  const isAsking = process.stdin.isTTY && process.stdout.isTTY;
  if (!isAsking && options.yes !== true) {
    throw new SwarmError("usage", "There is no terminal to ask in.", {
      mend: "look at .swarmux/prompts/, then: swarmux rules trust --yes",
    });
  }
  const { root } = await inspectRepository(process.cwd());
  let isGiven = true;
  for (const name of NAMES) {
    const prompt = readPrompt(root, name);
    if (prompt === undefined) continue;
    const isKnown = (await findTrusted(process.env, root, prompt)) !== undefined;
    const isYes = isKnown || options.yes === true || (await askFor(output, prompt));
    if (isYes && !isKnown) await keepTrusted(process.env, root, prompt);
    isGiven &&= isYes;
    output.line(
      `${prompt.file} ${isYes ? "is used by sessions that start from now on" : "is not used"}`,
    );
  }
  return isGiven ? EXIT.done : EXIT.failed;
}

/** Undefined where there is no such file. A link is none: what it leads to could change unseen. */
function readPrompt(root: string, name: PromptName): TrustedFile | undefined {
  const file = `.swarmux/prompts/${name}.md`;
  const facts = lstatSync(join(root, file), { throwIfNoEntry: false });
  if (facts?.isFile() !== true) return undefined;
  return { file, text: readFileSync(join(root, file), "utf8") };
}

async function askFor(output: Output, { file, text }: TrustedFile): Promise<boolean> {
  output.note(
    `This repository brings a prompt of its own, ${file}. It says how your agents work:\n`,
  );
  for (const line of text.split("\n")) output.note(`  ${showHidden(line)}`);
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`Use this text of ${file}? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    asking.close();
  }
}
