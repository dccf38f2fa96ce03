/** git commands: those that only read, and the few that change no more than the checkout's files. All others are HIGH. */
import { type Assessment, high, low, medium, worst } from "./assessment.ts";
import { type OptionRules, parseOptions } from "./options.ts";
import { assessPath } from "./paths.ts";
import { assessPlace, type Standing } from "./places.ts";
import type { Literal } from "./words.ts";

interface GitCommand extends OptionRules {
  readonly operands: "revisions" | "none" | "pattern";
  readonly risk: "LOW" | "MEDIUM";
}

const SHOWN =
  /^(-[pwbizsqMCER]|-\d+|-[nUMC]\d+|-[SG].+|--(oneline|stat|shortstat|numstat|name-only|name-status|graph|all|decorate|no-decorate|no-color|patch|no-patch|follow|cached|staged|summary|no-ext-diff|no-textconv|merges|no-merges|first-parent|reverse|abbrev-commit|check|exit-code|quiet|minimal|raw|no-renames|find-renames|word-diff|ignore-all-space|ignore-space-change|ignore-blank-lines|full-index|branches|tags|remotes|pretty|merge-base|compact-summary|left-right|no-prefix|histogram|patience|topo-order|date-order|diff-filter=\w+|stat=[\d,]+|dirstat)|--(since|until|after|before|author|committer|grep|format|pretty|date|color|unified|abbrev|max-count|skip|diff-algorithm|word-diff|find-renames|decorate|stat)=.*)$/;

const COMMANDS: Readonly<Record<string, GitCommand>> = {
  status: {
    risk: "LOW",
    operands: "revisions",
    alone:
      /^(-[sbvz]+|-u(no|normal|all)?|--(short|branch|long|ignored|verbose|show-stash|no-renames)|--porcelain(=v?[12])?|--untracked-files(=\w+)?)$/,
  },
  log: {
    risk: "LOW",
    operands: "revisions",
    alone: SHOWN,
    valued: /^(-n|-S|-G|-L|--since|--until|--author|--grep|--max-count|--format)$/,
  },
  show: { risk: "LOW", operands: "revisions", alone: SHOWN, valued: /^(-n|--format)$/ },
  diff: { risk: "LOW", operands: "revisions", alone: SHOWN, valued: /^(-S|-G)$/ },
  shortlog: { risk: "LOW", operands: "revisions", alone: /^-[sne]+$/ },
  blame: {
    risk: "LOW",
    operands: "revisions",
    alone: /^(-[wlstfnepMC]+|-L\S+|--(line-)?porcelain)$/,
    valued: /^-L$/,
  },
  annotate: { risk: "LOW", operands: "revisions" },
  "ls-files": {
    risk: "LOW",
    operands: "revisions",
    alone:
      /^(-[cdmosztvukf]+|--(cached|deleted|modified|others|stage|exclude-standard|ignored|unmerged|full-name|error-unmatch))$/,
  },
  "ls-tree": {
    risk: "LOW",
    operands: "revisions",
    alone: /^(-[drtlz]+|--(name-only|name-status|full-name|full-tree))$/,
  },
  "rev-parse": {
    risk: "LOW",
    operands: "revisions",
    alone:
      /^--(abbrev-ref|short(=\d+)?|verify|quiet|show-toplevel|show-prefix|show-cdup|git-dir|git-common-dir|is-inside-work-tree|symbolic-full-name|is-shallow-repository)$/,
  },
  "rev-list": {
    risk: "LOW",
    operands: "revisions",
    alone: /^(--(count|all|reverse|no-merges|first-parent|left-right)|-\d+|-n\d+)$/,
    valued: /^(-n|--max-count)$/,
  },
  "merge-base": { risk: "LOW", operands: "revisions", alone: /^--(all|is-ancestor|fork-point)$/ },
  describe: {
    risk: "LOW",
    operands: "revisions",
    alone: /^--(tags|always|dirty|long|all|abbrev=\d+)$/,
  },
  "cat-file": { risk: "LOW", operands: "revisions", alone: /^-[pts]$/ },
  "check-ignore": { risk: "LOW", operands: "revisions", alone: /^-[vnq]+$/ },
  grep: {
    risk: "LOW",
    operands: "pattern",
    alone:
      /^(-[aIinlLcwEFGPvhHoqW]+|-[ABC]\d+|--(count|line-number|files-with-matches|name-only|ignore-case|word-regexp|cached|untracked))$/,
    valued: /^-[ABC]$/,
  },
  branch: {
    risk: "LOW",
    operands: "none",
    alone:
      /^(-[arvl]+|--(list|all|remotes|verbose|show-current|merged|no-merged|no-color|format=.*|sort=[\w:-]+))$/,
    valued: /^(--contains|--no-contains|--points-at)$/,
  },
  tag: { risk: "LOW", operands: "none", alone: /^(-l|-n\d*|--list|--sort=[\w:-]+)$/ },
  reflog: { risk: "LOW", operands: "none", alone: /^(-\d+|-n\d+)$/ },
  version: { risk: "LOW", operands: "none" },
  add: {
    risk: "MEDIUM",
    operands: "revisions",
    alone: /^(-[AuNnv]+|--(all|update|intent-to-add|dry-run|verbose))$/,
  },
  mv: { risk: "MEDIUM", operands: "revisions", alone: /^-[kvn]+$/ },
  rm: { risk: "MEDIUM", operands: "revisions", alone: /^(-[rqn]+|--cached)$/ },
};

/** `argv` follows the word git. Options before the sub-command can run programs, so there are none but --no-pager. */
export function assessGit(argv: readonly Literal[], standing: Standing): Assessment {
  const rest = argv[0]?.text === "--no-pager" ? argv.slice(1) : argv;
  const [sub, ...words] = rest;
  if (sub === undefined || sub.text === "--version") return low;
  if (sub.text.startsWith("-")) return high(`git with ${sub.text} before its command`);
  // A folder of the checkout may hold a bare repository whose own configuration runs programs.
  if (standing.folders.some((folder) => folder !== standing.root)) {
    return high("git in a folder below the root of the checkout");
  }
  if (sub.text === "stash" && words[0]?.text === "list") {
    return words.slice(1).every((word) => SHOWN.test(word.text))
      ? low
      : high("git stash list with other options");
  }
  if (
    sub.text === "clean" &&
    words.length === 1 &&
    /^-[dxX]*n[ndxX]*$/.test(words[0]?.text ?? "")
  ) {
    return low;
  }
  const command = Object.hasOwn(COMMANDS, sub.text) ? COMMANDS[sub.text] : undefined;
  if (command === undefined)
    return high(`git ${sub.text} changes history, branches or remotes, or is not known`);
  const parsed = parseOptions(words, command);
  if (!parsed.ok)
    return high(`git ${sub.text} with ${parsed.option}, which is not known to be harmless`);
  const operands = command.operands === "pattern" ? parsed.operands.slice(1) : parsed.operands;
  if (command.operands === "none" && operands.length > 0) {
    return high(
      `git ${sub.text} ${operands.map((word) => word.text).join(" ")} changes branches or tags`,
    );
  }
  const access = command.risk === "LOW" ? "read" : "write";
  const places = operands.flatMap((word) => [
    assessPlace(standing, word, access),
    inRevision(word),
  ]);
  const self =
    command.risk === "LOW" ? low : medium(`git ${sub.text} changes files or what is staged`);
  return worst([self, ...places]);
}

/** `HEAD:path` names a file too, and pathspec magic (`:/`, `:(…)`) is not read. */
function inRevision(word: Literal): Assessment {
  if (word.text.startsWith(":")) return high(`the path ${word.text} can't be analysed`);
  const colon = word.text.indexOf(":");
  return colon < 0 ? low : assessPath(word.text.slice(colon + 1) || ".", "read");
}
