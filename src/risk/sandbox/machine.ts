/** What a sandbox needs to know of this machine and its person; looked up once a process. */
import { accessSync, constants, lstatSync, readdirSync, readlinkSync, realpathSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { isWithin } from "../inside.ts";

type Env = Readonly<Record<string, string | undefined>>;

export interface Machine {
  /** What this bubblewrap can do: older ones know neither sizes nor modes. */
  readonly knows: { readonly size: boolean; readonly perms: boolean };
  /** Folders of the system, readable inside; `link` where the name is one. */
  readonly system: readonly { readonly path: string; readonly link?: string }[];
  /** Files and folders below those that are not for everybody's eyes. */
  readonly masked: readonly { readonly path: string; readonly isFolder: boolean }[];
  /** As the environment says it, and where it is. */
  readonly home: { readonly named: string; readonly real: string };
  /** Folders of toolchains outside the system's, readable inside. */
  readonly toolchains: readonly string[];
  /** What `/etc/resolv.conf` leads to, where it is a link out of what is readable. */
  readonly resolver: string | undefined;
}

/** The program that `PATH` names; undefined where it is not installed. */
export function findBubblewrap(env: Env): string | undefined {
  const folders = (env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, "bwrap")).find(isRunnable);
}

/** `version` as `bwrap --version` says it. `hidden`: folders that no toolchain is shown of, nor anything that holds them. */
export function inspectMachine(env: Env, hidden: readonly string[], version: string): Machine {
  const system = findSystem();
  const folders = (env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  const home = findHome(env, system);
  const outside = (path: string) => !isShown(system, real(path) ?? path);
  return {
    knows: { size: isAtLeast(version, 7), perms: isAtLeast(version, 5) },
    system,
    masked: MASKED.filter((path) => isReadable(path)).map((path) => ({
      path,
      isFolder: lstatSync(path).isDirectory(),
    })),
    home,
    toolchains: findToolchains({ env, folders, home: home.real, hidden }).filter(outside),
    resolver: [real("/etc/resolv.conf")].find((path) => path !== undefined && outside(path)),
  };
}

/** Whether a path lies in a folder of the system that is readable inside. */
export function isShown(system: Machine["system"], path: string): boolean {
  return system.some((entry) => entry.link === undefined && isWithin(entry.path, path));
}

/** Whether a version like `bubblewrap 0.8.0` is 0.`minor` or later. */
function isAtLeast(version: string, minor: number): boolean {
  const [, first = "0", second = "0"] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(first) > 0 || Number(second) >= minor;
}

/** Everything else of `/` is not there: other people's files, mounted disks, sockets of daemons. */
const SYSTEM = /^(bin|sbin|lib|lib32|lib64|libx32|usr|etc|opt|nix|gnu)$/;
/** Parts of folders that are not shown as a whole. */
const SYSTEM_PARTS = ["/var/lib/texmf", "/var/lib/ca-certificates"];

const MASKED = [
  "/etc/shadow",
  "/etc/shadow-",
  "/etc/gshadow",
  "/etc/gshadow-",
  "/etc/sudoers",
  "/etc/sudoers.d",
  "/etc/security/opasswd",
  "/etc/ssh",
  "/etc/ssl/private",
  "/etc/NetworkManager/system-connections",
  "/etc/wireguard",
  "/etc/kubernetes",
  "/etc/rancher",
  "/etc/docker",
  "/etc/swarmux",
];

function findSystem(): Machine["system"] {
  const names = readdirSync("/").filter((name) => SYSTEM.test(name));
  const top = names.flatMap((name) => {
    const path = join("/", name);
    if (lstatSync(path).isSymbolicLink()) return [{ path, link: readlinkSync(path) }];
    return isEmpty(path) ? [] : [{ path }];
  });
  return [...top, ...SYSTEM_PARTS.filter(isReadable).map((path) => ({ path }))];
}

/** A home that is a folder of the system, or none at all, gives way to one that exists in the sandbox alone. */
function findHome({ HOME }: Env, system: Machine["system"]): Machine["home"] {
  const named = HOME !== undefined && isAbsolute(HOME) ? HOME : "/";
  const where = real(named) ?? named;
  const isUsable = where !== "/" && !system.some(({ path }) => isWithin(where, path));
  return isUsable ? { named, real: where } : { named: "/tmp/home", real: "/tmp/home" };
}

/** Where toolchains live below a home folder. No credentials stand in these; a whole `.cargo` or `.config` would hold some. */
const BELOW_HOME = [
  ".nvm",
  ".volta",
  ".fnm",
  ".local/share/fnm",
  ".nodenv",
  "n/bin",
  "n/lib",
  ".bun",
  ".deno",
  ".yarn",
  ".local/share/pnpm",
  ".npm-global",
  ".pyenv",
  ".local/share/uv",
  ".local/share/pipx",
  ".local/pipx",
  ".local/bin",
  ".local/lib",
  "miniconda3",
  "anaconda3",
  "miniforge3",
  "mambaforge",
  ".rbenv",
  ".rvm",
  ".cargo/bin",
  ".cargo/registry",
  ".cargo/git",
  ".rustup",
  "go/bin",
  "go/pkg",
  ".asdf",
  ".mise",
  ".local/share/mise",
  ".sdkman",
  ".jenv",
  ".m2/repository",
  ".gradle/wrapper",
  ".dotnet",
  ".ghcup",
  ".cabal/bin",
  ".cabal/packages",
  ".cabal/store",
  ".stack",
  ".opam",
  ".juliaup",
  ".elan",
  ".cache/ms-playwright",
  ".cache/puppeteer",
  ".cache/Cypress",
];

/** Variables that name a toolchain's folder, and the parts of it that are shown: credentials or sources stand beside them. */
const NAMED_BY: Readonly<Record<string, readonly string[]>> = {
  NVM_DIR: ["."],
  PYENV_ROOT: ["."],
  RUSTUP_HOME: ["."],
  RBENV_ROOT: ["."],
  SDKMAN_DIR: ["."],
  JAVA_HOME: ["."],
  GOROOT: ["."],
  GOMODCACHE: ["."],
  GOPATH: ["bin", "pkg"],
  CARGO_HOME: ["bin", "registry", "git"],
};

interface Search {
  readonly env: Env;
  /** Of `PATH`. */
  readonly folders: readonly string[];
  readonly home: string;
  readonly hidden: readonly string[];
}

function findToolchains({ env, folders, home, hidden }: Search): string[] {
  const closed = [home, ...hidden];
  const isOpen = (path: string) =>
    !closed.some((one) => isWithin(path, one)) && !hidden.some((one) => isWithin(one, path));
  const node = folders
    .map((folder) => real(join(folder, "node")))
    .find((path) => path !== undefined);
  const named = Object.entries(NAMED_BY).flatMap(([name, parts]) => {
    const folder = env[name];
    return folder === undefined || !isAbsolute(folder)
      ? []
      : parts.map((part) => join(folder, part));
  });
  const candidates = [
    ...BELOW_HOME.map((name) => join(home, name)),
    ...named,
    ...[...folders, ...(node === undefined ? [] : [dirname(node)])].map((folder) =>
      toolRoot(folder, home, isOpen),
    ),
  ];
  const found = [...new Set(candidates)].filter((path) => isOpen(path) && isReadable(path));
  return found.filter((path) => !found.some((other) => other !== path && isWithin(other, path)));
}

/** Folders of a home that hold all kinds of things: never shown as a whole. */
const MIXED = [".local", ".config", ".cache", ".cargo", ".local/share", ".local/state"];

/** Programs need what stands beside their `bin`, unless that would be a home or half of one. */
function toolRoot(folder: string, home: string, isOpen: (path: string) => boolean): string {
  if (!/\/(s?bin|\.bin|shims|current)$/.test(folder)) return folder;
  const parent = dirname(folder);
  const isMixed = MIXED.some((name) => join(home, name) === parent);
  const isTop = dirname(parent) === "/";
  return isMixed || isTop || !isOpen(parent) ? folder : parent;
}

function isReadable(path: string): boolean {
  return can(path, constants.R_OK);
}

function isRunnable(path: string): boolean {
  return can(path, constants.X_OK);
}

function can(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function isEmpty(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return true;
  }
}

function real(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}
