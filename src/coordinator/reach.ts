/**
 * What can be read from an action's text: which part of it is dangerous, and what it touches (files, branches, hosts). Said
 * beside the text, never in its place.
 */
import type { Part } from "../risk/assessment.ts";
import { assessAndMark, type Stretch } from "../risk/dangers.ts";
import type { Gate } from "../session/events.ts";
import { showHidden } from "./screen/terminal/printable.ts";

const MOST = 12;

/** A command is parsed once, however often its dialog is drawn. */
const known = new WeakMap<Gate, Reading>();

export interface Reading {
  /** What it touches, in lines. */
  readonly touches: readonly string[];
  /** Of a command: the parts that make it HIGH. */
  readonly dangers: readonly Stretch[];
}

export function readGate(gate: Gate): Reading {
  const reading = known.get(gate) ?? read(gate);
  known.set(gate, reading);
  return reading;
}

function read({ tool, input, cwd }: Gate): Reading {
  const { command, file_path: path } = input;
  if (tool === "Bash" && typeof command === "string") return readCommand(command, cwd);
  if (tool === "Merge") return { touches: [MERGES], dangers: [] };
  if (typeof path === "string") return { touches: [showHidden(`writes ${path}`)], dangers: [] };
  return { touches: [], dangers: [] };
}

const MERGES = "a yes merges it into the integration branch; your own branches stay as they are";

function readCommand(command: string, root: string): Reading {
  const { parts, complete, dangers } = assessAndMark(command, { root });
  const uses = parts.flatMap((part) => part.uses);
  const lines = [
    ...list(
      "writes",
      uses.flatMap(({ path: at, access }) => (access === "write" ? [at] : [])),
    ),
    ...list(
      "reads outside of the checkout",
      uses.flatMap(({ path: at, access }) => (access === "read" && at.startsWith("/") ? [at] : [])),
    ),
    ...list("branches", parts.flatMap(branchesOf)),
    ...list("hosts", hostsIn(command)),
  ];
  const touched = lines.length === 0 ? "no file, branch or host is named" : lines.join("; ");
  const rest = complete ? "" : "; not all of it could be parsed";
  return { touches: [showHidden(`touches, as parsed: ${touched}${rest}`)], dangers };
}

function list(what: string, all: readonly string[]): string[] {
  const names = [...new Set(all)];
  if (names.length === 0) return [];
  const more = names.length > MOST ? ` and ${names.length - MOST} more` : "";
  return [`${what} ${names.slice(0, MOST).join(", ")}${more}`];
}

/** What a push names: the remote, and what goes where. */
function branchesOf({ words, aliases }: Part): string[] {
  return [words, ...aliases].flatMap((call) => {
    const [git, verb, ...rest] = call;
    if (git !== "git" || verb !== "push") return [];
    const [remote = "the default remote", ...specs] = rest.flatMap((word) =>
      word === null ? ["(known only when it runs)"] : word.startsWith("-") ? [] : [word],
    );
    const isAll = rest.some((word) => word === "--all" || word === "--mirror");
    const what = isAll
      ? "every branch"
      : specs.length === 0
        ? "the current branch"
        : specs.join(", ");
    return [`${what} at ${remote}`];
  });
}

function hostsIn(command: string): string[] {
  const urls = [
    ...command.matchAll(/\b(?:https?|ssh|git|ftps?|wss?):\/\/(?:[^@\s/'"]*@)?([\w.-]+)/gi),
  ];
  const addresses = [...command.matchAll(/(?:^|[\s'"=])[\w.-]+@([\w.-]+\.[a-z]{2,})\b/gi)];
  return [...urls, ...addresses].map((match) => match[1] ?? "");
}
