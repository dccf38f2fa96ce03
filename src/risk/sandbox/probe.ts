/** Whether this machine has a sandbox: found out by running one, and where there is none, why and how to mend it. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { bubblewrapVersion, openEnclosures } from "./enclosures.ts";
import { findBubblewrap } from "./machine.ts";

export type Probe =
  | { readonly ok: true; readonly found: string }
  | { readonly ok: false; readonly why: string; readonly mend: string };

const LIMIT = 10_000;

export async function probeSandbox(env: NodeJS.ProcessEnv): Promise<Probe> {
  const bwrap = findBubblewrap(env);
  if (bwrap === undefined) {
    return { ok: false, why: "bubblewrap is not installed, or not in PATH", mend: INSTALL };
  }
  const folder = await realpath(await mkdtemp(join(tmpdir(), "swarmux-probe-")));
  try {
    const checkout = join(folder, "checkout");
    await mkdir(join(checkout, ".git"), { recursive: true });
    const enclosuresOf = await openEnclosures({ state: "on", env, marks: {}, hidden: [] });
    const facts = { checkout, repo: join(folder, "repository"), links: [], objects: [] };
    const {
      file,
      args,
      env: clean,
    } = enclosuresOf(facts).enclosure.enclose(["/bin/true"], {
      cwd: checkout,
    });
    await promisify(execFile)(file, args, { env: clean, cwd: checkout, timeout: LIMIT });
    return { ok: true, found: `${(await bubblewrapVersion(bwrap)).trim()} at ${bwrap}` };
  } catch (error) {
    return explain(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const INSTALL = "apt-get install bubblewrap   (or: dnf, pacman, zypper, apk)";
const APPARMOR = `printf 'abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile bwrap /usr/bin/bwrap flags=(unconfined) {\\n  userns,\\n}\\n' | sudo tee /etc/apparmor.d/bwrap && sudo apparmor_parser -r /etc/apparmor.d/bwrap`;
const DOCKER =
  "start the container with: docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined …";

function explain(error: unknown): Probe {
  const said = typeof error === "object" && error !== null && "stderr" in error ? error.stderr : "";
  const text = String(said).trim() || String(error);
  const why = `bubblewrap is there and does not work: ${text.split("\n")[0]}`;
  return { ok: false, why, mend: repair() };
}

/** What keeps an ordinary process from making namespaces, in the order in which it is worth a look. */
function repair(): string {
  if (read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") === "1") return APPARMOR;
  if (read("/proc/sys/kernel/unprivileged_userns_clone") === "0") {
    return "sudo sysctl -w kernel.unprivileged_userns_clone=1";
  }
  if (read("/proc/sys/user/max_user_namespaces") === "0") {
    return "sudo sysctl -w user.max_user_namespaces=15000";
  }
  if (["/.dockerenv", "/run/.containerenv"].some((path) => existsSync(path))) return DOCKER;
  return `let processes of your user make namespaces (in a container: ${DOCKER})`;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}
