/** The folders of a bench: a frozen copy of the program, repositories to work on, and the bare loop's bundle. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { rolldown } from "rolldown";

const ROOT = join(import.meta.dirname, "../..");
const run = promisify(execFile);

export interface Places extends AsyncDisposable {
  /** `bin/swarmux` of a copy that nobody rebuilds while it is measured. */
  readonly program: string;
  readonly bareLoop: string;
  /** Everything of the bench is in it; it goes away at the end. */
  readonly folder: string;
  readonly log: string;
  /** Variables of every process that is measured. */
  readonly env: NodeJS.ProcessEnv;
  /** A repository with a folder of three files for each part. */
  makeRepository(parts: number): Promise<string>;
}

export async function makePlaces(): Promise<Places> {
  const folder = await mkdtemp(join(tmpdir(), "swarmux-bench-"));
  await run(join(ROOT, "bin/swarmux"), ["--version"]);
  const copy = join(folder, "program");
  for (const name of ["bin", "dist", "prompts", "package.json"]) {
    await cp(join(ROOT, name), join(copy, name), { recursive: true });
  }
  await symlink(join(ROOT, "node_modules"), join(copy, "node_modules"));
  const bareLoop = join(folder, "bare-loop.js");
  await bundle(bareLoop);
  let count = 0;
  return {
    program: join(copy, "bin/swarmux"),
    bareLoop,
    folder,
    log: join(folder, "requests.jsonl"),
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(folder, "compiled"),
      XDG_CONFIG_HOME: join(folder, "config"),
      SWARMUX_STATE_DIR: join(folder, "state"),
    },
    async makeRepository(parts) {
      count += 1;
      const repository = join(folder, `repository-${count}`);
      await fill(repository, parts);
      return repository;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The same settings as the program's own bundles. */
async function bundle(file: string): Promise<void> {
  const made = await rolldown({
    cwd: ROOT,
    input: join(ROOT, "bench/bare-loop.ts"),
    platform: "node",
  });
  await made.write({
    file,
    format: "esm",
    minify: { mangle: false, compress: true, codegen: true },
    codeSplitting: false,
  });
  await made.close();
}

async function fill(repository: string, parts: number): Promise<void> {
  for (let part = 1; part <= parts; part++) {
    const folder = join(repository, `part-${part}`);
    await mkdir(folder, { recursive: true });
    for (const name of ["a", "b", "c"]) {
      const lines = Array.from({ length: 80 }, (_, at) => `line ${at + 1} of ${part}${name}\n`);
      await writeFile(join(folder, `${name}.txt`), lines.join(""));
    }
  }
  const git = (...args: string[]) => run("git", args, { cwd: repository });
  await git("init", "--quiet", "--initial-branch=main");
  await git("config", "user.name", "Bench");
  await git("config", "user.email", "bench@localhost");
  await git("add", ".");
  await git("commit", "--quiet", "--message=Base");
}
