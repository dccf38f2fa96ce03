/** Runs ripgrep and lists the files of a checkout: what git would show, hidden files included, git's own left out. */
import { execFile } from "node:child_process";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { rgPath } from "@vscode/ripgrep";
import type { Enclosed } from "../risk/enclosure.ts";
import type { ReadablePath } from "./paths.ts";
import type { ToolContext } from "./tool.ts";

const MAX_BYTES = 20 * 1024 * 1024;
const TRACKED_FRESH = 3000;

export interface ProgramEnd {
  /** 0 found, 1 nothing found, 2 an error; null when it was stopped. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The output was too long and is not whole. */
  readonly isCut: boolean;
}

/** The options that make every search see the same files. */
const SAME_FILES = ["--hidden", "--no-ignore-dot", "--no-require-git", "--iglob", "!.git"];

/** Runs ripgrep in the root of the checkout. */
export function ripgrep(args: readonly string[], context: ToolContext): Promise<ProgramEnd> {
  return runProgram(
    { file: rgPath, args: ["--no-config", ...SAME_FILES, ...args], env: {} },
    context,
  );
}

/** Every file below a folder, relative to the root, sorted. */
export async function listFiles(
  folder: ReadablePath,
  context: ToolContext,
): Promise<readonly string[]> {
  const options = ["--files", "--null", ...ignoring(folder), "--", argumentOf(folder)];
  const [walked, tracked] = await Promise.all([
    ripgrep(options, context),
    folder.link === undefined ? trackedIgnored(folder.relative, context) : [],
  ]);
  const found = walked.stdout.split("\0").filter((path) => path !== "");
  const shown = found.map((path) => shownPath(withoutDot(path), folder));
  return [...new Set([...shown, ...tracked])].toSorted(byPath);
}

/** A linked folder is named by its real path, since its link may be another one by now. */
export function argumentOf({ relative, absolute, link }: ReadablePath): string {
  return link === undefined ? `./${relative}` : absolute;
}

/** What the repository ignores says nothing about the inside of a dependency. */
export function ignoring({ link }: ReadablePath): readonly string[] {
  return link === undefined ? [] : ["--no-ignore"];
}

export function shownPath(path: string, { link }: ReadablePath): string {
  if (link === undefined || !path.startsWith(`${link.real}/`)) return path;
  return link.at + path.slice(link.real.length);
}

const cached = new Map<string, { at: number; files: Promise<readonly string[]> }>();

/** Files that git tracks although they are ignored: a search would miss them. Links are left out. */
export async function trackedIgnored(
  folder: string,
  context: ToolContext,
): Promise<readonly string[]> {
  const now = performance.now();
  for (const [root, entry] of cached) if (now - entry.at > TRACKED_FRESH) cached.delete(root);
  const entry = cached.get(context.root) ?? { at: now, files: listTrackedIgnored(context) };
  cached.set(context.root, entry);
  const files = await entry.files;
  return folder === "." ? files : files.filter((file) => file.startsWith(`${folder}/`));
}

async function listTrackedIgnored(context: ToolContext): Promise<readonly string[]> {
  const harmless = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "safe.bareRepository=explicit",
  ];
  const args = harmless.flatMap((setting) => ["-c", setting]);
  args.push("--no-optional-locks", "ls-files", "-ciz", "--exclude-standard");
  // The list outlives the call that asked for it first, so it is not stopped with that call.
  const quiet = { ...context, signal: new AbortController().signal };
  const enclosed = context.enclosure.enclose(["git", ...args], { cwd: context.root });
  const { code, stdout } = await runProgram(enclosed, quiet);
  if (code !== 0) return [];
  const files = stdout.split("\0").filter((file) => file !== "");
  const regular = await Promise.all(
    files.map((file) =>
      lstat(join(context.root, file)).then(
        (facts) => facts.isFile(),
        () => false,
      ),
    ),
  );
  return files.filter((_, index) => regular[index]);
}

function runProgram(
  { file, args, env }: Pick<Enclosed, "file" | "args" | "env">,
  context: ToolContext,
): Promise<ProgramEnd> {
  const { promise, resolve, reject } = Promise.withResolvers<ProgramEnd>();
  const child = execFile(
    file,
    args,
    { cwd: context.root, env, signal: context.signal, maxBuffer: MAX_BYTES, encoding: "utf8" },
    (error, stdout, stderr) => {
      const failure = error?.code;
      const isCut = failure === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER";
      if (error !== null && typeof failure !== "number" && !isCut) reject(error);
      else
        resolve({
          code: typeof failure === "number" ? failure : isCut ? null : 0,
          stdout,
          stderr,
          isCut,
        });
    },
  );
  child.stdin?.end();
  return promise;
}

export function withoutDot(path: string): string {
  return path.replace(/^\.\/(\.\/)?/, "");
}

/** By bytes of the path, the same on every machine. */
export function byPath(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
