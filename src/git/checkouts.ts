/**
 * Checkouts: a folder of files each, with the person's objects shared and nothing else of their `.git` in reach. Built by
 * hand rather than by `git clone --shared`, which makes a full copy of a shallow repository.
 */
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rmdir,
  writeFile,
} from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { SwarmError } from "../errors.ts";
import { failpoint } from "../failpoint.ts";
import {
  DEPENDENCIES,
  type Extras,
  type ExtrasWish,
  excludeLines,
  findExtras,
  placeExtras,
} from "./dependencies.ts";
import { askGit, git } from "./git.ts";
import { hasCommit } from "./objects.ts";
import {
  clearLocks,
  discard,
  findNote,
  MARK,
  type Note,
  ourFolder,
  readNote,
  refreshAgentFolder,
  setAside,
  TRASH,
  writeNote,
} from "./our-folder.ts";
import type { Identity } from "./repository.ts";

export interface CheckoutPlan {
  /** Top folder of the person's repository. */
  readonly repo: string;
  /** The folder to make; its parent is ours alone. */
  readonly path: string;
  /** The branch to make at `base`; null for a detached HEAD. */
  readonly branch: string | null;
  /** Full name of a commit of the person's repository. */
  readonly base: string;
  readonly identity: Identity;
  /** What it gets besides its commit; the dependency folders that are found, unless told. */
  readonly extras?: ExtrasWish;
}

/** Its extras are relative to `path`: a sandbox needs to see where links lead. */
export interface Checkout extends Extras {
  readonly path: string;
}

/** What a tool that was killed while it wrote a file has left beside it, in any folder. */
const HALF_WRITTEN = ".swarmux-half-written";

/** Makes a checkout. What an interrupted attempt has left is removed first; a finished one is an error. */
export async function createCheckout(plan: CheckoutPlan): Promise<Checkout> {
  const { repo, path, branch, base, identity, extras: wish = DEPENDENCIES } = plan;
  if (await hasCheckout(path)) {
    throw new SwarmError("failed", `There is a checkout at ${path} already.`, {
      mend: "swarmux resume",
    });
  }
  await removeCheckout(path);
  const extras = await findExtras(repo, wish);
  await mkdir(path, { recursive: true });
  await makeOurFolder({ repo, path, identity, ...extras });
  await place(path, { repo, branch, base, ...extras });
  return { path, ...extras };
}

export type FolderPlan = Pick<CheckoutPlan, "repo" | "path" | "identity"> & Extras;

/** Makes our git folder of a checkout, on no commit yet. The files of the checkout are not looked at. */
export async function makeOurFolder(plan: FolderPlan): Promise<void> {
  const { repo, path, identity, links, copies } = plan;
  const source = await readSource(repo);
  await initialise(path, source.format);
  const folder = ourFolder(path);
  await mkdir(join(folder, "info"), { recursive: true });
  await writeFile(join(folder, "objects", "info", "alternates"), `${source.objects}\n`);
  await copyFile(source.shallow, join(folder, "shallow")).catch(ignoreMissing);
  const exclude = await readFile(source.exclude, "utf8").catch(ignoreMissing);
  const excluded = `${excludeLines([...links, ...copies])}${HALF_WRITTEN}\n`;
  await writeFile(join(folder, "info", "exclude"), `${exclude ?? ""}\n${excluded}`);
  await writeFile(join(folder, "config"), configText(source.settings, identity), { flag: "a" });
}

/** Whether `createCheckout` came to its end there. */
export async function hasCheckout(path: string): Promise<boolean> {
  return (await findNote(path)) !== null;
}

export interface Switch {
  readonly path: string;
  readonly branch: string | null;
  readonly base: string;
}

/** Puts a checkout on another branch at `base`. All that is in it and not in git is removed, but for links and copies. */
export async function switchCheckout({ path, branch, base }: Switch): Promise<void> {
  const note = await readNote(path);
  await mkdir(path, { recursive: true });
  await place(path, { ...note, branch, base });
}

/** The path is free at once; the promise is settled when the files are gone as well. No checkout there is fine. */
export async function removeCheckout(path: string): Promise<void> {
  const parent = dirname(resolve(path));
  // Ours first: without it the rest counts as unfinished.
  const ours = await setAside(ourFolder(path), parent);
  const files = await setAside(path, parent);
  await Promise.all([discard(ours), discard(files)]);
}

/** Removes what was being made or thrown away in the folder of the checkouts when everybody was killed. */
export async function sweepCheckouts(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const left = names.filter((name) => name.startsWith(TRASH) || name.endsWith(".git.next"));
  await Promise.all(left.map((name) => discard(join(folder, name))));
}

async function place(path: string, note: Note): Promise<void> {
  await resetTree(path, note);
  await refreshAgentFolder(path);
  failpoint("git.half-checkout");
  await writeNote(path, note);
}

/** Makes files and index those of `base` and removes all else but the links. The agent's `.git` stays as it was. */
export async function resetTree(path: string, note: Note): Promise<void> {
  const { repo, branch, base } = note;
  await clearLocks(path);
  if (!(await hasCommit(path, base))) {
    throw new SwarmError("failed", `The commit ${base} is not in the repository ${repo}.`, {
      mend: "swarmux status",
    });
  }
  const where = branch === null ? ["--detach"] : ["--no-track", "-B", branch];
  await git(path, ["checkout", "-q", "-f", ...where, base]);
  await clean(path, note);
}

/** Removes what is not in git and puts links and copies back. */
export async function clean(path: string, { repo, ...extras }: Note): Promise<void> {
  await git(path, ["clean", "-ffdxq"]);
  await placeExtras(path, repo, extras);
}

interface Source {
  readonly objects: string;
  readonly shallow: string;
  readonly exclude: string;
  readonly format: string;
  readonly settings: readonly (readonly [string, string])[];
}

/** Settings of the person's repository that a checkout keeps: remotes, and how text is written to files. */
const KEPT = "^(remote\\..*\\.url|core\\.(autocrlf|eol|safecrlf))$";

async function readSource(repo: string): Promise<Source> {
  const paths = ["objects", "shallow", "info/exclude"].flatMap((name) => ["--git-path", name]);
  const query = ["rev-parse", "--path-format=absolute", ...paths, "--show-object-format"];
  const [objects, shallow, exclude, format] = (await git(repo, query)).split("\n");
  if (objects === undefined || shallow === undefined || exclude === undefined || !format) {
    throw new Error(`git rev-parse answered without the folders of ${repo}.`);
  }
  const list = await askGit(repo, ["config", "-z", "--get-regexp", KEPT], { exits: [1] });
  const settings = list.stdout
    .split("\0")
    .filter((entry) => entry.includes("\n"))
    .map((entry) => splitOnce(entry, "\n"));
  return { objects, shallow, exclude, format, settings };
}

/** `git init` looks what the file system can do; its folder then moves to its place beside the checkout. */
async function initialise(path: string, format: string): Promise<void> {
  const parent = dirname(resolve(path));
  const made = await mkdtemp(join(parent, ".new-"));
  await git(parent, ["init", "-q", "--template=", `--object-format=${format}`, "--", made]);
  await writeFile(join(made, ".git", MARK), "");
  await rename(join(made, ".git"), ourFolder(path));
  await rmdir(made);
}

function configText(settings: Source["settings"], identity: Identity): string {
  const entries: (readonly [string, string])[] = [
    ["user.name", identity.name],
    ["user.email", identity.email],
    ["gc.auto", "0"],
    ...settings,
  ];
  return entries.map(([key, value]) => configEntry(key, value)).join("");
}

function configEntry(key: string, value: string): string {
  const first = key.indexOf(".");
  const last = key.lastIndexOf(".");
  const section = key.slice(0, first);
  const name = key.slice(last + 1);
  if (first === last) return `[${section}]\n\t${name} = ${quote(value)}\n`;
  const heading = `[${section} ${quote(key.slice(first + 1, last))}]`;
  if (section !== "remote") return `${heading}\n\t${name} = ${quote(value)}\n`;
  const remote = key.slice(first + 1, last);
  const fetch = quote(`+refs/heads/*:refs/remotes/${remote}/*`);
  return `${heading}\n\turl = ${quote(withoutSecret(value))}\n\tfetch = ${fetch}\n`;
}

/** A token in an address is the person's: the agent's commands could read it. */
function withoutSecret(url: string): string {
  return url.replace(/^(https?:\/\/)[^/@]*@/i, "$1");
}

function quote(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}

function splitOnce(text: string, by: string): readonly [string, string] {
  const at = text.indexOf(by);
  return [text.slice(0, at), text.slice(at + by.length)];
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
