/**
 * The one place that starts git: argv, never a shell, and nothing that a repository names is run.
 *
 * A checkout of ours has two git folders. The one inside is the agent's: its commands may write there, so it is never
 * read again. Ours stands beside the checkout, and every call with the checkout as its folder goes through it.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { execa, type Options } from "execa";
import { SwarmError } from "../errors.ts";
import { DRIVER_KEYS, environment, HARDENED, neutralise, type Settings } from "./hardening.ts";
import { MARK, ourFolder } from "./our-folder.ts";

export interface GitOptions {
  /** Text for stdin. */
  readonly input?: string;
  /** Added to the clean environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Added to the hardened configuration. */
  readonly config?: Settings;
  /** Exit codes besides 0 that are answers, not failures. */
  readonly exits?: readonly number[];
  /** Milliseconds; two minutes unless told. */
  readonly timeout?: number;
}

export interface GitAnswer {
  /** Without its last newline. */
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** git ran and failed. `exit` is null when it was killed, by its time limit for one. */
export class GitError extends Error {
  override readonly name = "GitError";
  readonly args: readonly string[];
  readonly exit: number | null;
  readonly stderr: string;

  constructor(args: readonly string[], exit: number | null, stderr: string) {
    const end = exit === null ? "was killed" : `failed with exit code ${exit}`;
    super(`git ${args.join(" ")} ${end}: ${stderr.trim().slice(-2_000)}`);
    this.args = args;
    this.exit = exit;
    this.stderr = stderr;
  }
}

/** Runs git in `cwd` and returns what it prints, without the last newline. Throws `GitError`. */
export async function git(
  cwd: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  return (await askGit(cwd, args, options)).stdout;
}

/** Runs git where an exit code is an answer. Throws `GitError` for those that `exits` does not name. */
export async function askGit(
  cwd: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitAnswer> {
  const settings = { ...HARDENED, ...(await driversOf(cwd, args)), ...options.config };
  const result = await execa("git", args, {
    ...processOptions(cwd, settings, options),
    ...(options.input === undefined ? { stdin: "ignore" } : { input: options.input }),
  });
  const { stdout, stderr } = result;
  const exit = result.exitCode ?? null;
  if (result.code === "ENOENT") throw missing(cwd, result);
  if (exit === null || (exit !== 0 && options.exits?.includes(exit) !== true)) {
    throw new GitError(args, exit, stderr === "" ? (result.shortMessage ?? "") : stderr);
  }
  return { stdout, stderr, exit };
}

export interface Pipe {
  readonly from: string;
  readonly fromArgs: readonly string[];
  readonly input: string;
  readonly to: string;
  readonly toArgs: readonly string[];
}

/** Runs two git commands, the first one's bytes into the second one. Both must need no drivers. */
export async function pipeGit({ from, fromArgs, input, to, toArgs }: Pipe): Promise<void> {
  const source = { ...processOptions(from, HARDENED, {}), input, buffer: { stdout: false } };
  const written = execa("git", fromArgs, source);
  const read = await written.pipe("git", toArgs, processOptions(to, HARDENED, {}));
  const { exitCode: exit, stderr } = await written;
  // A writer without an exit code was cut off because the reader had ended.
  if (exit !== undefined && exit !== 0) throw new GitError(fromArgs, exit, stderr);
  if (read.exitCode !== 0) throw new GitError(toArgs, read.exitCode ?? null, read.stderr);
  if (exit !== 0) throw new GitError(fromArgs, null, stderr);
}

function processOptions(cwd: string, settings: Settings, options: GitOptions) {
  const folder = ourFolder(cwd);
  const place: Record<string, string> = existsSync(join(folder, MARK))
    ? { GIT_DIR: folder, GIT_WORK_TREE: resolve(cwd) }
    : {};
  return {
    cwd,
    env: { ...environment(settings), ...place, ...options.env },
    extendEnv: false,
    reject: false,
    timeout: options.timeout ?? 120_000,
    maxBuffer: 200_000_000,
  } as const satisfies Options;
}

/**
 * Commands that read no file of the working tree and make no diff, so that no driver can come into it. `write-tree` is not
 * one: it writes the index, and git then runs the filters of files that changed in the same instant as the index.
 */
const PLAIN = new Set([
  "--version",
  "cat-file",
  "check-ignore",
  "clean",
  "commit-tree",
  "config",
  "for-each-ref",
  "init",
  "ls-files",
  "ls-tree",
  "merge-base",
  "rev-list",
  "rev-parse",
  "symbolic-ref",
  "update-ref",
]);

/** Asked anew for each call: between two calls a branch or a file may bring other drivers in. */
async function driversOf(cwd: string, args: readonly string[]): Promise<Settings> {
  if (PLAIN.has(args[0] ?? "")) return {};
  const query = ["config", "-z", "--name-only", "--get-regexp", DRIVER_KEYS];
  const { stdout } = await askGit(cwd, query, { exits: [1] });
  return neutralise(stdout.split("\0").filter((key) => key !== ""));
}

function missing(cwd: string, cause: unknown): Error {
  if (!existsSync(cwd)) return new Error(`There is no folder ${cwd} to run git in.`, { cause });
  return new SwarmError("missing", "git is not installed, or not in PATH.", {
    mend: "apt-get install git",
    cause,
  });
}
