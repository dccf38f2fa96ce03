/** Commands that only read, each with the options that are known to keep it so. Anything else about them is a reason to ask. */
import { type Assessment, high, low, medium, worst } from "./assessment.ts";
import { type OptionRules, type Parsed, parseOptions } from "./options.ts";
import { assessPlace, type Standing } from "./places.ts";
import type { Literal } from "./words.ts";

interface Reader extends OptionRules {
  /** What the operands are; `pattern`: the first is a text, the rest are paths. */
  readonly operands: "paths" | "text" | "none" | "pattern";
  /** More operands than this would be outputs. */
  readonly most?: number;
  /** Options that give the pattern, so that the first operand is a path too. */
  readonly patternBy?: RegExp;
  /** Texts among the operands that are known to be harmless; all others are not. */
  readonly only?: RegExp;
}

const NUMBER = "[+-]?\\d+[bkKMG]?";

const READERS: Readonly<Record<string, Reader>> = {
  ls: {
    operands: "paths",
    alone:
      /^(-[aAlLhrRtSsdFGgkmnopqQuUvxX1iBCcNb]+|--(all|almost-all|human-readable|recursive|reverse|size|directory|classify|inode|full-time|group-directories-first|color(=\w+)?|sort=\w+|time=\w+|time-style=[\w-]+))$/,
  },
  cat: { operands: "paths", alone: /^(-[AbeEnstTuv]+|--(number|show-all|squeeze-blank))$/ },
  tac: { operands: "paths" },
  nl: { operands: "paths", alone: /^-(ba|bt|bn)$/ },
  head: {
    operands: "paths",
    alone: new RegExp(`^(-\\d+|-[nc]${NUMBER}|--(lines|bytes)=${NUMBER}|-[qvz]+)$`),
    valued: /^(-[nc]|--lines|--bytes)$/,
  },
  tail: {
    operands: "paths",
    alone: new RegExp(`^(-\\d+|-[nc]${NUMBER}|--(lines|bytes)=${NUMBER}|-[qvz]+)$`),
    valued: /^(-[nc]|--lines|--bytes)$/,
  },
  wc: { operands: "paths", alone: /^(-[clmwL]+|--(lines|words|bytes|chars|max-line-length))$/ },
  grep: {
    operands: "pattern",
    alone:
      /^(-[abcEFGHhIiLlnoPqrsTUvwxyZz]+|-[ABCm]\d+|--(include|exclude|exclude-dir|regexp|context|after-context|before-context|max-count)=.*|--colou?r(=\w+)?|--(recursive|ignore-case|line-number|fixed-strings|extended-regexp|perl-regexp|word-regexp|count|files-with-matches|files-without-match|only-matching|invert-match|no-filename|with-filename|quiet|no-messages|null))$/,
    valued: /^(-[abcEFGHhIiLlnoPqrsTUvwxyZz]*[eABCm]|--(regexp|include|exclude|exclude-dir))$/,
    patternBy: /^(-[a-zA-Z]*e$|--regexp)/,
  },
  rg: {
    operands: "pattern",
    alone:
      /^(-[acFHIilNnopqsSUvwx0]+|-[ABCm]\d+|-[gtT].+|--(hidden|heading|no-heading|files|files-with-matches|files-without-match|count|count-matches|json|ignore-case|smart-case|case-sensitive|fixed-strings|line-number|no-line-number|multiline|stats|trim|word-regexp|only-matching|invert-match|no-filename|with-filename|null|pcre2|vimgrep|column|type-list|no-config|no-messages)|--(glob|iglob|type|type-not|regexp|sort|sortr|color|max-count|max-columns|max-depth|context|after-context|before-context|replace)=.*)$/,
    valued:
      /^(-[acFHIilNnopqsSUvwx0]*[eABCmMgtTr]|--(glob|iglob|type|type-not|regexp|sort|sortr|color|max-count|max-columns|max-depth|context|after-context|before-context|replace))$/,
    patternBy: /^(-[a-zA-Z0]*e$|--regexp|--files$|--type-list$)/,
  },
  sort: {
    operands: "paths",
    alone:
      /^(-[bdfgihnRrMhuVcCsz]+|-[kt].+|--(unique|reverse|numeric-sort|version-sort|human-numeric-sort|ignore-case|stable|check))$/,
    valued: /^-[bdfgihnRrMhuVcCsz]*[kt]$/,
  },
  uniq: { operands: "paths", most: 1, alone: /^(-[cdDiuz]+|-[fsw]\d+)$/, valued: /^-[fsw]$/ },
  cut: {
    operands: "paths",
    alone:
      /^(-[dfcb].+|-s|-z|--(delimiter|fields|characters|bytes|output-delimiter)=.*|--complement|--only-delimited)$/,
    valued: /^-[dfcb]$/,
  },
  paste: { operands: "paths", alone: /^(-s|-d.+)$/, valued: /^-d$/ },
  column: { operands: "paths", alone: /^(-t|-s.+)$/, valued: /^-s$/ },
  fold: { operands: "paths", alone: /^(-s|-w\d+)$/, valued: /^-w$/ },
  comm: { operands: "paths", most: 2, alone: /^-[123]+$/ },
  cmp: { operands: "paths", most: 2, alone: /^-[bls]+$/ },
  diff: {
    operands: "paths",
    most: 2,
    alone:
      /^(-[abBcdeEinNpqstTuwy]+|-[UC]\d+|--(brief|unified|side-by-side|ignore-all-space|ignore-space-change|ignore-blank-lines|strip-trailing-cr)|--(color|unified|context)(=\w+)?)$/,
    valued: /^-[UC]$/,
  },
  tr: { operands: "text", alone: /^-[cCdst]+$/ },
  seq: { operands: "text", alone: /^(-w|-?\d+)$/, valued: /^-s$/ },
  sleep: { operands: "text", only: /^\d+(\.\d+)?[sm]?$/ },
  basename: { operands: "text", alone: /^-[az]+$/, valued: /^-s$/ },
  dirname: { operands: "text", alone: /^-z$/ },
  realpath: { operands: "paths", alone: /^-[emqsz]+$/ },
  readlink: { operands: "paths", alone: /^-[efmnqsz]+$/ },
  stat: { operands: "paths", alone: /^(-[Ltf]+|--(format|printf)=.*)$/, valued: /^-c$/ },
  file: { operands: "paths", alone: /^(-[bihLk]+|--(brief|mime|mime-type))$/ },
  du: {
    operands: "paths",
    alone: /^(-[abchkmsx]+|-d\d+|--(summarize|human-readable|total|max-depth=\d+))$/,
    valued: /^-d$/,
  },
  df: { operands: "paths", alone: /^-[hkTi]+$/ },
  tree: { operands: "paths", alone: /^-([adfihspugD]+|L\d+|C|n)$/, valued: /^-[LIP]$/ },
  md5sum: { operands: "paths", alone: /^-[bt]$/ },
  sha1sum: { operands: "paths", alone: /^-[bt]$/ },
  sha256sum: { operands: "paths", alone: /^-[bt]$/ },
  xxd: { operands: "paths", most: 1, alone: /^(-[pub]|-[lcs]\d+)$/, valued: /^-[lcs]$/ },
  hexdump: { operands: "paths", alone: /^-[Cbcdovx]+$/, valued: /^-[ns]$/ },
  od: { operands: "paths", alone: /^(-[abcdox]|-A[doxn]|-t[acdoux]\d?)$/, valued: /^-[AtNj]$/ },
  jq: {
    operands: "pattern",
    alone:
      /^(-[rcesSMCjan]+|--(raw-output|compact-output|exit-status|slurp|sort-keys|tab|join-output|null-input|raw-input|color-output|monochrome-output))$/,
  },
  which: { operands: "text", alone: /^-a$/ },
  type: { operands: "text", alone: /^-[aptP]$/ },
  pwd: { operands: "none", alone: /^-[LP]$/ },
  whoami: { operands: "none" },
  id: { operands: "none", alone: /^-[ugGn]+$/ },
  nproc: { operands: "none" },
  uname: { operands: "none", alone: /^-[asrmnpvoi]+$/ },
  date: { operands: "text", alone: /^(-u|-I\w*|-R|--utc|--iso-8601(=\w+)?)$/, only: /^\+/ },
  true: { operands: "text", alone: /^/ },
  false: { operands: "text", alone: /^/ },
  wait: { operands: "none" },
  exit: { operands: "text", only: /^\d+$/ },
  break: { operands: "text", only: /^\d+$/ },
  continue: { operands: "text", only: /^\d+$/ },
  set: { operands: "text", alone: /^-[eux]*o?$/, only: /^pipefail$/ },
};

const FIND_ALONE =
  /^(-(empty|not|o|or|a|and|print|print0|prune|readable|executable|quit|depth|xdev|mount|true|false)|!|\(|\))$/;
const FIND_VALUED =
  /^-(name|iname|path|ipath|wholename|regex|iregex|regextype|type|maxdepth|mindepth|size|mtime|mmin|ctime|cmin|atime|amin|perm|printf|links)$/;
const FIND_PATHED = /^-(newer|anewer|cnewer)$/;

/** The risk of a command that is known to read, or undefined where `name` is none. */
export function assessReader(
  name: string,
  argv: readonly Literal[],
  standing: Standing,
): Assessment | undefined {
  if (name === "find") return assessFind(argv, standing);
  if (name === "ps") return assessProcessList(argv);
  if (name === "test" || name === "[") return assessTest(name, argv);
  const reader = name === "egrep" || name === "fgrep" ? READERS["grep"] : own(name);
  if (reader === undefined) return undefined;
  const parsed = parseOptions(argv, reader);
  if (!parsed.ok) return high(`${name} with ${parsed.option}, which is not known to only read`);
  return assessOperands({ name, reader, parsed }, standing);
}

function own(name: string): Reader | undefined {
  return Object.hasOwn(READERS, name) ? READERS[name] : undefined;
}

interface Use {
  readonly name: string;
  readonly reader: Reader;
  readonly parsed: Extract<Parsed, { ok: true }>;
}

function assessOperands({ name, reader, parsed }: Use, standing: Standing): Assessment {
  const { operands, options } = parsed;
  const most = reader.operands === "none" ? 0 : (reader.most ?? Infinity);
  const odd = operands.find((word) => reader.only && (word.glob || !reader.only.test(word.text)));
  if (odd !== undefined) return high(`${name} with ${odd.text}`);
  if (most !== Infinity && (operands.length > most || operands.some((word) => word.glob))) {
    return high(`${name} with more operands than it reads`);
  }
  if (reader.operands === "text" || reader.operands === "none") return low;
  const given = options.some((option) => reader.patternBy?.test(option));
  const first = operands[0];
  const textFirst = reader.operands === "pattern" && !given && first !== undefined;
  if (textFirst && first.glob) return high(`${name} with the pattern ${first.text} unquoted`);
  if (textFirst && name === "jq" && !isPlainFilter(first.text)) {
    return high("jq with a filter that is not a plain path");
  }
  const paths = textFirst ? operands.slice(1) : operands;
  return worst(
    [...paths, ...parsed.paths]
      .filter((word) => word.text !== "-" || word.glob)
      .map((word) => assessPlace(standing, word, "read")),
  );
}

/** jq can print the environment and load modules; a filter of paths, pipes and plain functions can't. */
function isPlainFilter(filter: string): boolean {
  const names =
    /\b(env|ENV|import|include|input_filename|get_search_list|modulemeta|input|inputs|debug)\b/;
  return /^[\w.[\]"'|,\s:?(){}<>=!+*/@-]*$/.test(filter) && !names.test(filter);
}

function assessFind(argv: readonly Literal[], standing: Standing): Assessment {
  const paths: Literal[] = [];
  let started = false;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at];
    if (word === undefined) break;
    const isExpression = /^[-!()]/.test(word.text);
    if (!isExpression && started) return high(`find with ${word.text} after an expression`);
    started ||= isExpression;
    if (!isExpression) paths.push(word);
    else if (word.glob) return high(`find with ${word.text} unquoted`);
    else if (FIND_VALUED.test(word.text) || FIND_PATHED.test(word.text)) {
      const value = argv[++at];
      if (value === undefined || value.glob)
        return high(`find with ${word.text} and no fixed value`);
      if (FIND_PATHED.test(word.text)) paths.push(value);
    } else if (!FIND_ALONE.test(word.text)) {
      return high(`find with ${word.text}, which is not known to only read`);
    }
  }
  return worst(paths.map((path) => assessPlace(standing, path, "read")));
}

function assessProcessList(argv: readonly Literal[]): Assessment {
  const plain = argv.every((word) => /^(aux|-ef|-e|-A|-f)$/.test(word.text)) && argv.length < 2;
  return plain
    ? medium("lists the processes of this machine")
    : high("ps with options that may show environments");
}

/** bash evaluates subscripts in the operand of `-v`; everything that looks like one is refused. */
function assessTest(name: string, argv: readonly Literal[]): Assessment {
  const words = name === "[" ? argv.slice(0, -1) : argv;
  if (name === "[" && argv.at(-1)?.text !== "]") return high("[ without its ]");
  const odd = words.find(
    (word) => word.glob || /[[`$\\]/.test(word.text) || /^-[vRNGO]$/.test(word.text),
  );
  return odd === undefined ? low : high(`a test with ${odd.text}`);
}
