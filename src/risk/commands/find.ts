/** find, fd, xargs and parallel: what they start gets names that are known only by where they come from. */
import { type Causes, high, medium } from "../assessment.ts";
import { hasOption, parseArgs, toSpec } from "../options.ts";
import { judgePlaces } from "../places.ts";
import { type Call, each, type Judge, odd, type Table } from "../scene.ts";
import type { Arg } from "../words.ts";
import { isGenerated } from "./writers.ts";

const ALONE =
  /^(-(empty|not|o|or|a|and|print|print0|ls|prune|readable|writable|executable|quit|depth|d|xdev|mount|true|false|daystart|follow|noleaf|nouser|nogroup|H|L|P|E|O\d)|!|\(|\)|,)$/;
const VALUED =
  /^-(name|iname|path|ipath|wholename|iwholename|regex|iregex|regextype|type|xtype|maxdepth|mindepth|size|mtime|mmin|ctime|cmin|atime|amin|perm|printf|links|user|group|uid|gid|inum|newer[aBcmt]t|used|fstype|lname|ilname|D)$/;
const PATHED = /^-(newer|anewer|cnewer|samefile|newer[aBcm][aBcm])$/;
const STARTS = /^-(exec|execdir|ok|okdir)$/;

interface Found {
  readonly roots: Arg[];
  readonly pathed: Arg[];
  readonly names: string[];
  readonly started: (readonly Arg[])[];
  negated: boolean;
  deletes: boolean;
}

function judgeFind({ name, args, scene }: Call): Causes {
  const found: Found = {
    roots: [],
    pathed: [],
    names: [],
    started: [],
    negated: false,
    deletes: false,
  };
  const bad = readExpression(args, found);
  if (bad !== undefined) return odd(name, bad);
  const narrow =
    (found.names.length > 0 && !found.negated && found.names.every(isGenerated)) ||
    (found.roots.length > 0 &&
      found.roots.every((root) => root.made === undefined && !root.glob && isGenerated(root.text)));
  const causes: Causes[] = [
    judgePlaces(scene, found.roots, "read"),
    judgePlaces(scene, found.pathed, "read"),
  ];
  if (found.deletes) {
    causes.push(
      narrow
        ? medium("edit", "find deletes files that builds leave behind")
        : high("irreversible", "find deletes all that it finds"),
      judgePlaces(scene, found.roots, "write").filter((cause) => cause.risk === "HIGH"),
    );
  }
  for (const words of found.started) {
    causes.push(
      ...fill(words, { names: found.names, narrow, removes: words[0]?.text === "rm" }).map((way) =>
        startEach(way, scene),
      ),
    );
    if (words[0]?.text === "rm")
      causes.push(
        judgePlaces(scene, found.roots, "write").filter((cause) => cause.risk === "HIGH"),
      );
  }
  return causes.flat();
}

function readExpression(args: readonly Arg[], found: Found): string | undefined {
  let started = false;
  for (let at = 0; at < args.length; at++) {
    const word = args[at];
    if (word === undefined) break;
    const isExpression = /^[-!(),]/.test(word.text);
    if (!isExpression) {
      if (started || (word.made === "any" && word.text === ""))
        return `${word.text} after an expression`;
      found.roots.push(word);
      continue;
    }
    started ||= !/^-([HLPE]|O\d|D)$/.test(word.text);
    if (word.glob || word.made === "any") return `${word.text} unquoted`;
    if (word.text === "-delete") found.deletes = true;
    else if (STARTS.test(word.text)) {
      const end = args.findIndex(
        (other, index) =>
          index > at &&
          (other.text === ";" || (other.text === "+" && args[index - 1]?.text === "{}")),
      );
      const inner = args.slice(at + 1, end < 0 ? args.length : end);
      if (inner.length === 0) return word.text;
      // A relative program is another file in each folder.
      const program = inner[0]?.text ?? "";
      if (word.text.endsWith("dir") && /^[^/].*\//.test(program)) return `${word.text} ${program}`;
      found.started.push(inner);
      if (end < 0) return undefined;
      at = end;
    } else if (VALUED.test(word.text) || PATHED.test(word.text)) {
      const value = args[++at];
      if (value === undefined || value.made === "any") return `${word.text} and no fixed value`;
      if (PATHED.test(word.text)) found.pathed.push(value);
      if (value.glob && !/^[\w*?.-]*\.[\w-]+$/.test(value.text))
        return `${word.text} ${value.text} unquoted`;
      if (word.text.endsWith("name")) found.names.push(value.text);
    } else if (!ALONE.test(word.text)) return word.text;
    if (/^(!|-not)$/.test(word.text)) found.negated = true;
  }
  return undefined;
}

/** `{}` becomes a name that the expression lets through, so that a secret's name is seen. */
function fill(
  words: readonly Arg[],
  { names, narrow, removes }: { names: readonly string[]; narrow: boolean; removes: boolean },
): readonly (readonly Arg[])[] {
  const samples =
    names.length === 0 ? ["x"] : names.slice(0, 8).map((name) => name.replaceAll(/[*?[\]]+/g, "x"));
  return samples.map((sample) =>
    words.map((word) => {
      if (!word.text.includes("{}")) return word;
      const text = word.text.replaceAll("{}", `x/${sample}`);
      return narrow && removes
        ? { text, glob: false }
        : { text, glob: false, made: word.text.includes(" ") ? "any" : "path" };
    }),
  );
}

const FD = toSpec(
  "-H -I -u -s -i -g -F -a -l -L -p -0 -1 -q -e: -t: -d: -E: -c: -j: -S: --hidden --no-ignore --glob --extension: --type: --max-depth: --min-depth: --exclude: --full-path --absolute-path --follow --changed-within: --changed-before: --size: --color: --max-results: --print0 --list-details --strip-cwd-prefix --version",
);

function judgeFd({ name, args, scene }: Call): Causes {
  const at = args.findIndex((word) => /^(-x|-X|--exec|--exec-batch)$/.test(word.text));
  const parsed = parseArgs(at < 0 ? args : args.slice(0, at), FD);
  if (parsed.odd !== undefined) return odd(name, parsed.odd);
  const causes: Causes[] = [judgePlaces(scene, parsed.operands.slice(1), "read")];
  if (at >= 0) {
    const inner = args.slice(at + 1).filter((word) => word.text !== ";");
    const filled = inner.map((word) => (/\{[/.]*\}/.test(word.text) ? PATH : word));
    if (inner.length === 0) causes.push(odd(name, "no program"));
    else
      causes.push(
        startEach(
          inner.some((word) => /\{[/.]*\}/.test(word.text)) ? filled : [...filled, PATH],
          scene,
        ),
      );
  }
  return causes.flat();
}

const PATH: Arg = { text: "x", glob: false, made: "path" };

const XARGS = toSpec(
  "-0 -r -t -x -n: -L: -P: -I: -i= -d: -E: -s: -a@ --null --no-run-if-empty --verbose --max-args: --max-lines: --max-procs: --replace= --delimiter: --arg-file@ --exit --version +",
);

function judgeXargs({ name, args, scene }: Call): Causes {
  const parsed = parseArgs(args, XARGS);
  if (parsed.odd !== undefined) return odd(name, parsed.odd);
  const program = parsed.operands.length > 0 ? parsed.operands : [{ text: "echo", glob: false }];
  const marks = parsed.options.flatMap((option) =>
    /^(-I|--replace|-i)$/.test(option.name)
      ? [option.name === "-I" ? (option.value?.text ?? "{}") : "{}"]
      : [],
  );
  const inputs = hasOption(parsed, "-a", "--arg-file") ? [ANY] : inputsOf(scene.stdin);
  const [mark] = marks;
  const words =
    mark === undefined || mark === ""
      ? [...program, ...inputs]
      : program.map((word) => (word.text.includes(mark) ? fillMark(word, mark, inputs) : word));
  return [...judgePlaces(scene, parsed.reads, "read"), ...startEach(words, scene)];
}

/** A shell that is started for each name makes code of names. */
function startEach(words: readonly Arg[], scene: Call["scene"]): Causes {
  const shell = /^(.*\/)?(sh|bash|zsh|dash|ksh|eval)$/.test(words[0]?.text ?? "");
  return [
    ...(shell ? high("unanalysable", "starts a shell for each name") : []),
    ...scene.run(words),
  ];
}

const ANY: Arg = { text: "", glob: false, made: "any" };
const MAX_INPUTS = 200;

function inputsOf(stdin: Call["scene"]["stdin"]): readonly Arg[] {
  if (typeof stdin === "object") {
    const words = stdin.text.split(/\s+/).filter((word) => word !== "");
    const plain =
      words.length <= MAX_INPUTS && words.every((word) => /^[\w./:@%+=,~-]+$/.test(word));
    return plain ? words.map((text) => ({ text, glob: false })) : [ANY];
  }
  if (stdin === "path") return [PATH];
  return stdin === "token" ? [{ text: "1", glob: false, made: "token" }] : [ANY];
}

function fillMark(word: Arg, mark: string, inputs: readonly Arg[]): Arg {
  const [only, ...more] = inputs;
  // A text with white space may be code for a shell: a name in it could be more code.
  if (only === undefined || more.length > 0 || /\s/.test(word.text)) return { ...ANY };
  if (only.made === "any")
    return { text: word.text.slice(0, word.text.indexOf(mark)), glob: false, made: "any" };
  if (
    only.made === "path" &&
    /(^|[^.\w])\/$|^\/|\.\.$/.test(word.text.slice(0, word.text.indexOf(mark)))
  )
    return { ...ANY };
  return { ...only, text: word.text.replaceAll(mark, only.text) };
}

const PARALLEL = toSpec(
  "-j: -k -n: -N: -v -0 --jobs: --keep-order --halt: --bar --dry-run --tag --will-cite --progress +",
);

const judgeParallel: Judge = ({ name, args, scene }) => {
  const at = args.findIndex((word) => /^:::\+?$/.test(word.text));
  const parsed = parseArgs(at < 0 ? args : args.slice(0, at), PARALLEL);
  const [first] = parsed.operands;
  if (parsed.odd !== undefined || first === undefined) return odd(name, parsed.odd ?? "no program");
  // It hands one text to a shell, so a word with more than a name in it is code.
  if (/[^\w./:=+{}-]/.test(first.text)) {
    return [
      ...high("unanalysable", `${name} reads "${first.text}" as code`),
      ...scene.runText(first),
    ];
  }
  const inputs = at < 0 ? inputsOf(scene.stdin) : args.slice(at + 1);
  const marked = parsed.operands.some((word) => /\{[^}]*\}/.test(word.text));
  return inputs.flatMap((input) =>
    scene.run(
      marked
        ? parsed.operands.map((word) =>
            /\{[^}]*\}/.test(word.text)
              ? fillMark(word, /\{[^}]*\}/.exec(word.text)?.[0] ?? "{}", [input])
              : word,
          )
        : [...parsed.operands, input],
    ),
  );
};

export const finders: Table = {
  ...each("find gfind", judgeFind),
  ...each("fd fdfind", judgeFd),
  ...each("xargs gxargs", judgeXargs),
  parallel: judgeParallel,
};
