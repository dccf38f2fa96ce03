/**
 * The arguments of bubblewrap: what a command of an agent finds around it. Pure; `machine.ts` and `place.ts` look things up.
 *
 * Inside is an empty file system in which only this stands: the system's folders and toolchains to read, an own `/tmp` and
 * home in memory, the checkout to write, and of the person's repository its objects and dependency folders to read. What
 * comes later in the list covers what came before.
 */
import { join } from "node:path";
import { isWithin } from "../inside.ts";
import { isShown, type Machine } from "./machine.ts";

export interface Place {
  /** Real path; the one folder that is writable. */
  readonly checkout: string;
  /** Top folder of the person's repository. Its name stands for the checkout, so that paths that tools have noted lead there. */
  readonly repo: string;
  /** Entries of the checkout that are shown under the repository's name as well. */
  readonly mirrored: readonly string[];
  /** Paths of the repository that are readable: dependency folders. */
  readonly dependencies: readonly string[];
  /** Folders of git objects that the checkout borrows. */
  readonly objects: readonly string[];
  /** Our own state and the like, in case that it lies below a folder that is shown. */
  readonly hidden: readonly string[];
}

/** What of the checkout itself is locked; looked up before each command. */
export interface Locks {
  /** Folders that stay writable, but can't be moved out of the way. */
  readonly held: readonly string[];
  /** Paths that are there. */
  readonly present: readonly string[];
  /** Folders that are not there, and must not come to be. */
  readonly absent: readonly string[];
}

export interface Openings {
  /** The network of this machine, instead of one with nothing but a loopback of its own. */
  readonly network: boolean;
  readonly terminal: boolean;
}

const MEMORY_FOLDER = 2 * 1024 * 1024 * 1024;
const NOTHING_FITS = 4096;

/** The part that is the same for every command in a checkout. */
export function walls(machine: Machine, place: Place): readonly string[] {
  const { system, masked, toolchains, home } = machine;
  const { checkout, repo, mirrored, dependencies, objects, hidden } = place;
  const isShownWhole = (path: string) => isShown(system, path);
  return [
    ["--unshare-all", "--unshare-user", "--die-with-parent", "--cap-drop", "ALL"],
    ...system.map(({ path, link }) =>
      link === undefined ? ["--ro-bind", path, path] : ["--symlink", link, path],
    ),
    ["--dev", "/dev", "--proc", "/proc"],
    memory(machine, "/tmp"),
    // Nothing can be mounted behind a link of the sandbox's own.
    [checkout, repo, home.real, ...objects].some((path) => isWithin("/var/tmp", path))
      ? memory(machine, "/var/tmp")
      : ["--symlink", "/tmp", "/var/tmp"],
    ["--dir", "/run", "--symlink", "/run", "/var/run"],
    ...masked.map(({ path, isFolder }) =>
      isFolder ? empty(machine, path) : ["--ro-bind", "/dev/null", path],
    ),
    homeFolder(machine),
    ...[repo, ...hidden].filter(isShownWhole).map((path) => memory(machine, path)),
    ...toolchains.map((path) => ["--ro-bind-try", path, path]),
    // A home that is the repository would be the checkout.
    ...(isWithin(repo, home.real) ? [] : mirrored).map((name) => [
      "--symlink",
      join(checkout, name),
      join(repo, name),
    ]),
    ...[...dependencies, ...objects].map((path) => ["--ro-bind-try", path, path]),
    ["--bind", checkout, checkout],
  ].flat();
}

/** What comes after the walls: the locks of this moment and what this command gets besides. */
export function doors(machine: Machine, locks: Locks, openings: Openings): readonly string[] {
  const { resolver } = machine;
  const { network, terminal } = openings;
  return [
    ...locks.held.map((path) => ["--bind", path, path]),
    ...locks.present.map((path) => ["--ro-bind", path, path]),
    ...locks.absent.map((path) => empty(machine, path)),
    network ? ["--share-net"] : [],
    network && resolver !== undefined ? ["--ro-bind-try", resolver, resolver] : [],
    // Without it a command could type into the terminal of whoever started it.
    terminal ? [] : ["--new-session"],
    ["--remount-ro", "/"],
  ].flat();
}

/** A folder of its own, gone with the command. */
function memory({ knows }: Machine, path: string): string[] {
  return [knows.size ? ["--size", String(MEMORY_FOLDER)] : [], ["--tmpfs", path]].flat();
}

/** A folder with nothing in it, for nobody to write to. */
function empty({ knows }: Machine, path: string): string[] {
  const mode = knows.perms ? ["--perms", "0555"] : [];
  const size = knows.size ? ["--size", String(NOTHING_FITS)] : [];
  return [...mode, ...size, "--tmpfs", path];
}

function homeFolder(machine: Machine): string[] {
  const { home, system } = machine;
  const { named, real } = home;
  const made = isWithin("/tmp", real) ? ["--dir", real] : memory(machine, real);
  return named === real || isShown(system, named) ? made : [...made, "--symlink", real, named];
}
