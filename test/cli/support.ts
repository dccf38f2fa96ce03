/** A home folder and a repository with configuration files, removed after the test. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { SwarmError } from "../../src/errors.ts";

export interface Place {
  readonly repoRoot: string;
  readonly userConfig: string;
  readonly projectConfig: string;
  readonly env: NodeJS.ProcessEnv;
}

export function createPlace(files: { user?: string; project?: string; npm?: string } = {}): Place {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "swarmux-cli-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const repoRoot = join(folder, "repo");
  const userConfig = join(folder, "config", "swarmux", "config.toml");
  const projectConfig = join(repoRoot, ".swarmux", "config.toml");
  mkdirSync(repoRoot);
  write(userConfig, files.user);
  write(projectConfig, files.project);
  write(join(repoRoot, "package.json"), files.npm);
  const env = { HOME: folder, XDG_CONFIG_HOME: join(folder, "config") };
  return { repoRoot, userConfig, projectConfig, env };
}

function write(path: string, text: string | undefined): void {
  if (text === undefined) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** The `SwarmError` that the action ends with, as its kind, message and mend. */
export function complaint(action: () => unknown): { kind: string; text: string; mend: string } {
  try {
    action();
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    return { kind: error.kind, text: error.message, mend: error.mend ?? "" };
  }
  throw new Error("it did not complain");
}
