/** `swarmux init`: looks at the repository and writes a commented configuration for it. */
import { existsSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { findChecks } from "../coordinator/find-checks.ts";
import { EXIT, SwarmError } from "../errors.ts";
import { findDependencies } from "../git/dependencies.ts";
import { inspectRepository } from "../git/repository.ts";
import { configText, type Found, instructionsText } from "./init-text.ts";
import { findInstructions } from "./instructions.ts";
import type { Output } from "./output.ts";

export interface InitOptions {
  /** Only print what would be written. */
  readonly print?: boolean;
  /** Write `AGENTS.md` too, where there are no instructions for agents. */
  readonly agents?: boolean;
  readonly force?: boolean;
}

const CONFIG = ".swarmux/config.toml";
const INSTRUCTIONS = "AGENTS.md";

/** How each kind of project installs its dependencies from what is on the machine already. */
const INSTALLS: readonly (readonly [string, string])[] = [
  ["package-lock.json", "npm ci --offline"],
  ["pnpm-lock.yaml", "pnpm install --offline --frozen-lockfile"],
  ["yarn.lock", "yarn install --offline --frozen-lockfile"],
  ["uv.lock", "uv sync --offline"],
  ["Cargo.lock", "cargo fetch --offline"],
];

export async function init(output: Output, options: InitOptions): Promise<number> {
  const { root } = await inspectRepository(process.cwd());
  const found = await look(root);
  const config = configText(found);
  if (options.print === true) {
    output.line(config.trimEnd());
    return EXIT.done;
  }
  const isConfigured = existsSync(join(root, CONFIG)) && options.force !== true;
  const wantsAgents = options.agents === true && found.instructions.length === 0;
  if (isConfigured && !wantsAgents) {
    throw new SwarmError("usage", `There is a ${CONFIG} already, and it stays as it is.`, {
      mend: "swarmux init --print shows what would be written; --force replaces the file",
    });
  }
  for (const line of foundLines(found)) output.note(line);
  if (!isConfigured) {
    write(root, CONFIG, config);
    output.note(`wrote ${CONFIG}: read it, then commit it`);
  }
  if (wantsAgents) {
    write(root, INSTRUCTIONS, instructionsText(found, basename(root)));
    output.note(`wrote ${INSTRUCTIONS}: fill it in; every agent reads it`);
  } else if (found.instructions.length === 0) {
    output.note("no AGENTS.md or CLAUDE.md: swarmux init --agents begins one");
  }
  output.note('next: swarmux doctor, then swarmux plan "<task>"');
  return EXIT.done;
}

async function look(root: string): Promise<Found> {
  const links = await findDependencies(root);
  return {
    checks: findChecks(root),
    instructions: findInstructions(root).map(({ file }) => file),
    links,
    install: INSTALLS.find(([file]) => existsSync(join(root, file)))?.[1] ?? null,
    secrets: [".env", ".env.local", ".env.test"].filter((file) => existsSync(join(root, file))),
  };
}

/** A link in the place of file or folder is not followed: the repository may hold it. */
function write(root: string, path: string, text: string): void {
  const parts = path.split("/").map((_, at, all) => join(root, ...all.slice(0, at + 1)));
  const link = parts.find((part) => lstatSync(part, { throwIfNoEntry: false })?.isSymbolicLink());
  if (link !== undefined) {
    throw new SwarmError("usage", `${link} is a link, and nothing is written through it.`, {
      mend: `rm ${link}`,
    });
  }
  const file = join(root, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
}

function foundLines({ checks, instructions, links, secrets }: Found): string[] {
  return [
    `checks found: ${list(checks)}`,
    `instructions for agents: ${list(instructions)}`,
    `dependency folders to link: ${list(links)}`,
    ...(secrets.length === 0 ? [] : [`kept from agents: ${list(secrets)}`]),
  ];
}

function list(items: readonly string[]): string {
  return items.length === 0 ? "none" : items.join(", ");
}
