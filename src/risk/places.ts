/** Judges the paths of a command: inside the checkout from every folder it may stand in, no secret, nothing protected written. */
import { existsSync, readdirSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { type Causes, high, medium, none } from "./assessment.ts";
import { isWithin, resolveWith } from "./inside.ts";
import { isSecret, judgePath } from "./paths.ts";
import type { Scene } from "./scene.ts";
import type { Arg } from "./words.ts";

type Access = "read" | "write";

export function judgePlaces(scene: Scene, args: readonly Arg[], access: Access): Causes {
  return args.flatMap((arg) => judgePlace(scene, arg, access));
}

export function judgePlace(scene: Scene, arg: Arg, access: Access): Causes {
  switch (arg.made) {
    case "any":
      return high("unanalysable", `${access}s ${arg.text}…, a path known only when it runs`);
    case "stream":
      return access === "read" ? none : high("unanalysable", "writes to another command");
    case "path":
      return [
        ...medium(
          access === "read" ? "reads" : "edit",
          `${access}s files that another command names`,
        ),
        ...judgeText(scene, arg.text, access),
      ];
    case "token":
    case undefined:
      break;
  }
  if (!arg.glob) return judgeText(scene, arg.text, access);
  const paths = spellPattern(scene.folders, arg.text);
  if (typeof paths === "string") return high("outside", paths);
  return paths.flatMap((path) => judgeText(scene, path, access));
}

const STREAMS = /^\/dev\/(null|stdin|stdout|stderr|tty|fd\/\d+)$/;
const SOURCES = /^\/dev\/(zero|urandom|random)$/;
/** Files of the system that say nothing about the person. */
const PUBLIC =
  /^\/(etc\/([\w-]*release|debian_version|issue|shells|mime\.types|localtime|timezone)|proc\/(cpuinfo|meminfo|version|loadavg|uptime|filesystems|stat)|usr\/(local\/)?(include|share|lib)(\/.*)?)$/;

function judgeText(scene: Scene, path: string, access: Access): Causes {
  if (path.startsWith("/")) {
    if (STREAMS.test(path)) return path === "/dev/tty" ? outside(path, access) : none;
    if (access === "read" && SOURCES.test(path)) return none;
    if (access === "read" && PUBLIC.test(path) && !path.includes("..")) {
      return medium("reads", `reads ${path}, a public file of this machine`);
    }
  }
  // Unquoted tildes are spelled out by then; a quoted one is odd enough to be taken for a home folder.
  if (path.startsWith("~")) return outside(path, access);
  const [first] = scene.folders;
  if (first !== undefined && scene.folders.length === 1) {
    return judgeFrom(scene, { folder: first, path }, access);
  }
  return scene.folders.flatMap((folder) => judgeFrom(scene, { folder, path }, access));
}

function judgeFrom(
  scene: Scene,
  { folder, path }: { folder: string; path: string },
  access: Access,
): Causes {
  const place = resolveWith({ root: scene.root, base: folder, looks: scene.looks }, path);
  if (place.at === "nowhere") return high("unanalysable", place.why);
  if (place.at === "outside") {
    scene.uses.push({ path: place.absolute, access });
    return access === "read" && !isWithin(scene.root, folder) && isWithin(folder, place.absolute)
      ? doubtful(path, place.absolute)
      : outside(path, access, place.absolute);
  }
  scene.uses.push({ path: place.relative, access });
  if (access === "write") scene.written.add(place.absolute);
  // The name as written counts too: a link called .env is a secret wherever it leads.
  const name = path.startsWith("/") ? place.relative : path;
  const written = isPlain(name) ? name : name.split("/").filter(isName).join("/") || ".";
  if (written === place.relative) return judgePath(written, access);
  return [...judgePath(written, access), ...judgePath(place.relative, access)];
}

/** It stands outside only if a `cd` failed, and what it reads then is what it finds there. */
function doubtful(path: string, absolute: string): Causes {
  return mayHide(absolute)
    ? outside(path, "read", absolute)
    : medium("outside", `${path} is read outside the checkout if a cd fails`);
}

function mayHide(absolute: string): boolean {
  return isSecret(absolute) || HIDDEN_PLACES.test(absolute);
}

function outside(path: string, access: Access, absolute = path): Causes {
  if (mayHide(absolute)) {
    return high("secret", `${path} may hold secrets, outside the checkout`);
  }
  const verb = access === "read" ? "is read" : "is written";
  const where = isWithin(homedir(), absolute)
    ? "in the home folder"
    : isWithin(tmpdir(), absolute)
      ? "in the temporary folder"
      : "on this machine";
  return high("outside", `${path} ${verb} outside the checkout, ${where}`);
}

const HIDDEN_PLACES =
  /_history$|\/(shadow|gshadow|sudoers|environ|hosts\.yml|authorized_keys|keychains?)(\/|$)|\/\.(config\/(gh|gcloud|op)|docker|mozilla|password-store)\//i;

function isPlain(path: string): boolean {
  return !/(^|\/)(\.{0,2})(\/|$)/.test(path);
}

function isName(part: string): boolean {
  return part !== "" && part !== "." && part !== "..";
}

/** The pattern with its wildcards filled in and all that it matches at this moment, or why it must not run. */
export function spellPattern(
  folders: readonly string[],
  pattern: string,
): readonly string[] | string {
  const parts = pattern.split("/");
  if (pattern.startsWith("/") || parts.includes("..")) {
    return `${pattern} may match outside the checkout`;
  }
  if (parts.some((part) => /^\.[^/]*[*?[]/.test(part) || part.startsWith("["))) {
    return `${pattern} may match hidden files`;
  }
  if (parts.some((part) => part.split("*").length > 5)) return `${pattern} has too many wildcards`;
  const found = folders.flatMap((folder) => matchParts(folder, parts));
  if (found.some((path) => path.startsWith("-"))) {
    return `${pattern} matches a file whose name begins with "-"`;
  }
  return [parts.map((part) => part.replaceAll(/\[[^\]]*\]|[*?]+/g, "x")).join("/"), ...found];
}

const MAX_MATCHES = 2000;

/** What a pattern may match below `folder`, links followed as bash does. Brackets count as any character. */
function matchParts(folder: string, parts: readonly string[]): readonly string[] {
  let paths = [""];
  for (const part of parts) {
    const isPattern = /[*?[]/.test(part);
    const name = isPattern ? toExpression(part) : undefined;
    paths = paths.flatMap((path) => {
      const names =
        name === undefined
          ? [part]
          : namesIn(join(folder, path)).filter((other) => name.test(other));
      return names.map((other) => (path === "" ? other : `${path}/${other}`));
    });
    if (paths.length > MAX_MATCHES) return ["../too many files to look at"];
  }
  return paths.filter((path) => existsSync(join(folder, path)));
}

function toExpression(part: string): RegExp {
  const source = part
    .replaceAll(/\[[^\]]*\]/g, "?")
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, ".*")
    .replaceAll("?", ".");
  return new RegExp(`^(?!\\.)${source}$`, "su");
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
