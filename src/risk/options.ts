/**
 * Reads an argv against the options that are known of a program. A spec is words such as `-a -n: --color= -f@ -o> -# *`:
 * alone, `:` with a value, `=` with a value only when attached, `@` with a path that is read, `>` with a path that is written,
 * `-#` for `-5`, `*` for any other option (an attached value is then looked at as a path), `!-x` for one that is refused,
 * `+` when options end at the first operand.
 */
import type { Arg } from "./words.ts";

type Role = "alone" | "value" | "attached" | "read" | "write" | "refused";

export interface Spec {
  readonly roles: ReadonlyMap<string, Role>;
  readonly rest: boolean;
  readonly numbers: boolean;
  readonly early: boolean;
}

export interface Option {
  readonly name: string;
  readonly value: Arg | undefined;
}

export interface Parsed {
  /** Why this argv can't be told to be harmless. */
  readonly odd?: string;
  readonly options: readonly Option[];
  readonly reads: readonly Arg[];
  readonly writes: readonly Arg[];
  readonly operands: readonly Arg[];
}

const MARKS: Readonly<Record<string, Role>> = {
  ":": "value",
  "=": "attached",
  "@": "read",
  ">": "write",
};

const specs = new Map<string, Spec>();

/** Specs are constant texts, so each is read once. */
export function toSpec(text: string): Spec {
  let spec = specs.get(text);
  if (spec === undefined) {
    spec = readSpec(text);
    specs.set(text, spec);
  }
  return spec;
}

function readSpec(text: string): Spec {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const roles = new Map<string, Role>();
  for (const word of words) {
    if (word.startsWith("!")) roles.set(word.slice(1), "refused");
    else if (/^-[^#]/.test(word)) {
      const role = MARKS[word.at(-1) ?? ""];
      roles.set(role === undefined ? word : word.slice(0, -1), role ?? "alone");
    }
  }
  return {
    roles,
    rest: words.includes("*"),
    numbers: words.includes("-#"),
    early: words.includes("+"),
  };
}

/** Options are looked for after operands too, as GNU programs do; `--` ends them. */
export function parseArgs(args: readonly Arg[], spec: Spec): Parsed {
  const found = {
    options: [] as Option[],
    reads: [] as Arg[],
    writes: [] as Arg[],
    operands: [] as Arg[],
  };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    if (arg === undefined) break;
    const { text } = arg;
    if (text === "--" && arg.made === undefined && !arg.glob) {
      found.operands.push(...args.slice(at + 1));
      break;
    }
    // `-$x` may become any option.
    if (arg.made === "any" && text === "-") return { ...found, odd: "-…" };
    if (!text.startsWith("-") || text === "-") {
      if (arg.made === "any" && text === "")
        return { ...found, odd: "a value known only when it runs" };
      found.operands.push(arg);
      if (!spec.early) continue;
      found.operands.push(...args.slice(at + 1));
      break;
    }
    // A wildcard behind `=` can't become another option.
    if (arg.glob && !/^--[\w-]+=/.test(text)) return { ...found, odd: text };
    const read = text.startsWith("--") ? readLong(arg, spec) : readShort(arg, spec);
    if (typeof read === "string") return { ...found, odd: read };
    for (const { name, role, value } of read) {
      let given = value;
      if (given === undefined && (role === "value" || role === "read" || role === "write")) {
        given = args[++at];
        if (given === undefined) return { ...found, odd: name };
      }
      found.options.push({ name, value: given });
      if (given === undefined) continue;
      if (role === "read") found.reads.push(given);
      if (role === "write") found.writes.push(given);
    }
  }
  return found;
}

interface Read {
  readonly name: string;
  readonly role: Role;
  readonly value: Arg | undefined;
}

function readLong(arg: Arg, spec: Spec): readonly Read[] | string {
  const at = arg.text.indexOf("=");
  const name = at < 0 ? arg.text : arg.text.slice(0, at);
  const value = at < 0 ? undefined : { ...arg, text: arg.text.slice(at + 1), glob: false };
  const role = spec.roles.get(name);
  if (arg.made === "any" && value === undefined) return `${arg.text}…`;
  if (role === undefined) return spec.rest ? [{ name, role: "read", value: value ?? EMPTY }] : name;
  if (role === "refused" || (role === "alone" && value !== undefined)) return arg.text;
  return [{ name, role, value: value ?? (role === "attached" ? EMPTY : undefined) }];
}

const EMPTY: Arg = { text: ".", glob: false };

/** A cluster: `-la`, `-n5`, `-ofile`. Some programs take `-name` whole, so that is tried first. */
function readShort(arg: Arg, spec: Spec): readonly Read[] | string {
  const { text } = arg;
  const whole = spec.roles.get(text);
  if (whole === "refused") return text;
  if (arg.made === "any" && whole === undefined && text.length < 2) return `${text}…`;
  if (whole !== undefined && arg.made === "any") {
    return whole === "alone"
      ? `${text}…`
      : [{ name: text, role: whole, value: { ...arg, text: "" } }];
  }
  if (whole !== undefined) return [{ name: text, role: whole, value: undefined }];
  if (spec.numbers && /^-\d+$/.test(text)) return [{ name: "-#", role: "alone", value: arg }];
  const equals = text.indexOf("=");
  const named = equals < 0 ? undefined : spec.roles.get(text.slice(0, equals));
  if (equals >= 0 && named !== undefined && named !== "alone" && named !== "refused") {
    return [
      { name: text.slice(0, equals), role: named, value: { ...arg, text: text.slice(equals + 1) } },
    ];
  }
  const reads: Read[] = [];
  for (let at = 1; at < text.length; at++) {
    const name = `-${text[at]}`;
    const role = spec.roles.get(name);
    if (role === "refused") return text;
    if (role === undefined) {
      if (!spec.rest) return text;
      // Only a first letter with something path-like behind it can hide a path.
      const tail = text.slice(at + 1);
      if (/[/.~]/.test(tail))
        return [...reads, { name, role: "read", value: { ...arg, text: tail.replace(/^=/, "") } }];
      reads.push({ name, role: "alone", value: undefined });
      continue;
    }
    const tail = text.slice(at + 1);
    if (role === "alone") reads.push({ name, role, value: undefined });
    else {
      const attached = tail === "" ? undefined : { ...arg, text: tail };
      return [
        ...reads,
        { name, role, value: attached ?? (role === "attached" ? EMPTY : undefined) },
      ];
    }
  }
  return arg.made === "any" ? `${text}…` : reads;
}

export function hasOption(parsed: Parsed, ...names: readonly string[]): boolean {
  return parsed.options.some((option) => names.includes(option.name));
}
