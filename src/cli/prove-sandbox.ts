/** Proves the sandbox by running it: a checkout like that of a worker, everything that it must not reach beside it, every promise tried. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findBorrowed } from "../git/borrowed.ts";
import { createCheckout } from "../git/checkouts.ts";
import { createFirstCommit } from "../git/first-commit.ts";
import { git } from "../git/git.ts";
import { SWARMUX } from "../git/repository.ts";
import { openEnclosures } from "../risk/sandbox/enclosures.ts";
import { CLAIMS } from "./sandbox-claims.ts";

export interface Proof {
  readonly claim: string;
  readonly holds: boolean;
}

export interface ProofOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Called before the run with the folder that holds it all: a test gives it to another user. */
  prepare?(folder: string): Promise<void>;
  /** Stands before the command; a test becomes another user with it. */
  readonly before?: readonly string[];
}

const LIMIT = 60_000;
const KEY = "swarmux-canary";

/** Rejects where there is no sandbox at all; `probeSandbox` says why. */
export async function proveSandbox(options: ProofOptions): Promise<readonly Proof[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "swarmux-proof-")));
  const server = createServer().unref();
  const socket = createServer().unref();
  try {
    const [repo, state] = [join(folder, "repository"), join(folder, "state")];
    const [key, path] = [join(state, "person.key"), join(state, "checkout")];
    await mkdir(repo);
    await mkdir(state, { mode: 0o700 });
    await writeFile(key, KEY, { mode: 0o600 });
    await writeFile(join(repo, "a.txt"), "one\n");
    await mkdir(join(repo, ".idea"));
    await writeFile(join(repo, ".idea/settings.xml"), "<settings/>\n");
    await createFirstCommit(repo, "one");
    const base = await git(repo, ["rev-parse", "HEAD"]);
    await createCheckout({ repo, path, branch: "proof", base, identity: SWARMUX });
    const [before, repository] = await Promise.all([readdir(path), snapshot(repo)]);
    server.listen(0, "127.0.0.1");
    socket.listen(join(folder, "socket"));
    await Promise.all([once(server, "listening"), once(socket, "listening")]);
    await options.prepare?.(folder);

    const held = await runClaims(options, {
      checkout: path,
      state,
      args: [key, join(folder, "socket"), repo, portOf(server.address()), String(process.pid)],
    });
    const after = await readdir(path);
    const isClean = after.toSorted().join() === before.toSorted().join();
    const isSame = (await snapshot(repo)) === repository;
    return [
      ...CLAIMS.map(({ claim }, at) => ({ claim, holds: held.has(at) })),
      { claim: "no trace of its locks stays in the checkout", holds: isClean },
      { claim: "the repository is as it was", holds: isSame },
    ];
  } finally {
    server.close();
    socket.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The names of all files, and where the branch stands. */
async function snapshot(repo: string): Promise<string> {
  const names = await readdir(repo, { recursive: true });
  return [...names.toSorted(), await readFile(join(repo, ".git/refs/heads/main"), "utf8")].join();
}

/** The places in `CLAIMS` of those that hold. */
async function runClaims(
  { env, before = [] }: ProofOptions,
  at: { checkout: string; state: string; args: readonly string[] },
): Promise<ReadonlySet<number>> {
  const { checkout: cwd, state, args } = at;
  const canaries = { ANTHROPIC_API_KEY: KEY, TMUX: KEY, SSH_AUTH_SOCK: KEY };
  const enclosuresOf = await openEnclosures({
    state: "on",
    env: { ...env, ...canaries },
    marks: {},
    hidden: [state],
  });
  const { enclosure } = enclosuresOf({ checkout: cwd, ...(await findBorrowed(cwd)) });
  const enclosed = enclosure.enclose(
    ["/bin/bash", "--noprofile", "--norc", "-c", SCRIPT, "bash", ...args],
    { cwd },
  );
  const [file = enclosed.file, ...rest] = [...before, enclosed.file, ...enclosed.args];
  const running = promisify(execFile)(file, rest, { cwd, env: enclosed.env, timeout: LIMIT });
  const attendant = enclosed.attend(running.child.pid);
  const { stdout } = await running.finally(() => attendant.leave());
  return new Set(
    stdout
      .split("\n")
      .filter((line) => line !== "")
      .map(Number),
  );
}

/** Prints the numbers of the claims that hold; each is tried in a shell of its own. */
const SCRIPT = [
  "KEY=$1 SOCKET=$2 REPO=$3 PORT=$4 OUTSIDER=$5",
  ...CLAIMS.map(({ test }, at) => `if (${test}) >/dev/null 2>&1; then echo ${at}; fi`),
].join("\n");

function portOf(address: AddressInfo | string | null): string {
  return typeof address === "object" && address !== null ? String(address.port) : "";
}
