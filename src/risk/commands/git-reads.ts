/** git commands that only read, with the options that keep it so. */
import { type Causes, high, medium, none } from "../assessment.ts";
import { hasOption, type Parsed, parseArgs, type Spec, toSpec } from "../options.ts";
import { judgePath, namesSecrets } from "../paths.ts";
import { judgePlace, judgePlaces } from "../places.ts";
import { type Call, type Judge, odd, type Scene } from "../scene.ts";
import type { Arg } from "../words.ts";

const DIFF =
  "-p -u -s -w -b -z -a -R -r -t -B= -M= -C= -D -U: -W -# -X= -S: -G: -l: --patch --no-patch --stat= --numstat --shortstat --compact-summary --summary --name-only --name-status --raw --check --cached --staged --merge-base --no-ext-diff --no-textconv --no-color --color= --color-words= --color-moved= --word-diff= --word-diff-regex: --ignore-all-space --ignore-space-change --ignore-space-at-eol --ignore-blank-lines --ignore-cr-at-eol --ignore-matching-lines: --diff-filter: --find-renames= --find-copies= --find-copies-harder --no-renames --full-index --binary --abbrev= --no-prefix --src-prefix: --dst-prefix: --unified: --minimal --patience --histogram --diff-algorithm: --text --exit-code --quiet --inter-hunk-context: --function-context --submodule= --dirstat= --cumulative --line-prefix: --pickaxe-regex --pickaxe-all --relative= --no-relative --output-indicator-new: --anchored: --ita-visible-in-index --cc --combined-all-paths --ignore-submodules= --no-index --base --ours --theirs -0 -1 -2 -3 -q -c -m";
const LOG = `${DIFF} -n: -L: -i -E -F -P -g --oneline --graph --all --decorate= --no-decorate --decorate-refs: --branches= --tags= --remotes= --glob: --exclude: --follow --merges --no-merges --first-parent --no-walk= --reverse --topo-order --date-order --author-date-order --abbrev-commit --no-abbrev-commit --since: --until: --after: --before: --author: --committer: --grep: --all-match --invert-grep --regexp-ignore-case --extended-regexp --fixed-strings --perl-regexp --format: --pretty= --date: --relative-date --max-count: --skip: --max-parents: --min-parents: --left-right --cherry --cherry-pick --cherry-mark --left-only --right-only --ancestry-path= --boundary --simplify-by-decoration --full-history --dense --sparse --source --use-mailmap --no-mailmap --mailmap --walk-reflogs --parents --children --notes= --no-notes --show-pulls --no-pager --expand-tabs= --encoding: --count --objects --log-size --diff-merges: --bisect --stdin --clear-decorations --no-expand-tabs`;

interface GitReader {
  readonly spec: Spec;
  readonly pattern: boolean;
}

/** Operands are revisions and paths: both are judged as paths, which a revision never fails. */
function reads(options: string): Judge {
  return reader({ spec: toSpec(options), pattern: false });
}

function reader({ spec, pattern }: GitReader): Judge {
  return ({ name, args, scene }) => {
    const parsed = parseArgs(args, spec);
    if (parsed.odd !== undefined) return odd(name, parsed.odd);
    const operands =
      pattern && !hasOption(parsed, "-e") ? parsed.operands.slice(1) : parsed.operands;
    return judgeOperands(scene, [...operands, ...parsed.reads], "read");
  };
}

/** Revisions and paths: `HEAD:path` names a file too, and pathspec magic beyond `:!` and `:(exclude)` is not read. */
export function judgeOperands(
  scene: Scene,
  operands: readonly Arg[],
  access: "read" | "write",
): Causes {
  return operands.flatMap((word) => {
    const exclude = /^:(!|\^|\((exclude|top|icase|glob)\)|\/)(?!\()/.exec(word.text);
    if (exclude !== null) {
      return judgePlace(scene, { ...word, text: word.text.slice(exclude[0].length) }, "read");
    }
    if (word.text.startsWith(":(")) {
      return high("unanalysable", `the path ${word.text} can't be analysed`);
    }
    if (/[*?[]/.test(word.text) && namesSecrets(word.text)) {
      return high("secret", `${word.text} asks for files that may hold secrets`);
    }
    const colon = word.text.indexOf(":");
    const inside =
      colon < 0 || word.made !== undefined
        ? none
        : judgePath(word.text.slice(colon + 1).replace(/^(\.\/)+/, "") || ".", "read");
    return [...judgePlace(scene, word, access), ...inside];
  });
}

export function judgeWith(
  { name, args, scene }: Call,
  { spec, judge }: { spec: Spec; judge: (parsed: Parsed, scene: Scene) => Causes },
): Causes {
  const parsed = parseArgs(args, spec);
  if (parsed.odd !== undefined) return odd(name, parsed.odd);
  return [
    ...judgePlaces(
      scene,
      parsed.reads.filter(({ text }) => text !== "-"),
      "read",
    ),
    ...judge(parsed, scene),
  ];
}

const CONFIG = toSpec(
  "--get --get-all --get-regexp --get-urlmatch --list -l --local --show-origin --show-scope --name-only -z --null --type: --bool --int --path --default: --includes --no-includes --worktree --global --system",
);

/** Without a value a setting is read; with one it is set, and most settings can make git run programs. */
function judgeConfig(call: Call): Causes {
  const first = call.args[0]?.text ?? "";
  if (first === "list" || first === "get") {
    const option = { text: first === "list" ? "--list" : "--get", glob: false };
    return judgeConfig({ ...call, args: [option, ...call.args.slice(1)] });
  }
  return judgeWith(call, {
    spec: CONFIG,
    judge: (parsed) => {
      const shows = parsed.options.some(({ name }) => /^(--get|--list|-l)/.test(name));
      const [key, value] = parsed.operands;
      if (shows || (key !== undefined && value === undefined && parsed.odd === undefined)) {
        if (!hasOption(parsed, "--list", "-l", "--get-regexp")) return none;
        return hasOption(parsed, "--global", "--system")
          ? high("outside", "git config lists the settings of this person, outside the checkout")
          : medium("reads", "git config lists settings, with what is in remote addresses");
      }
      const shared = hasOption(parsed, "--global", "--system", "--worktree");
      if (
        !shared &&
        /^(user\.(name|email)|commit\.gpgsign|pull\.rebase|init\.defaultbranch|core\.(autocrlf|filemode|ignorecase))$/i.test(
          key?.text ?? "",
        )
      ) {
        return medium("edit", `git config sets ${key?.text}`);
      }
      return high(
        "protected",
        `git config sets ${key?.text ?? "a setting"}, which can make git run programs`,
      );
    },
  });
}

function judgeRemote(call: Call): Causes {
  const [sub] = call.args;
  const words = call.args.slice(1);
  if (sub === undefined || /^(-v|--verbose)$/.test(sub.text))
    return words.length === 0 ? none : odd("git remote", "such options");
  if (sub.text === "get-url" || (sub.text === "show" && words.length === 0)) return none;
  if (
    /^(show|update|prune)$/.test(sub.text) &&
    words.every((word) => /^[\w./-]+$/.test(word.text))
  ) {
    return medium("reads", `git remote ${sub.text} asks the remote`);
  }
  return high("remote", `git remote ${sub.text} changes where work is fetched from and sent to`);
}

const BLAME =
  "-w -l -s -t -f -n -e -p -c -b -M= -C= -L: --line-porcelain --porcelain --date: --since: --show-email --show-name --show-number --root --first-parent --abbrev: --ignore-rev: --minimal --incremental --color-lines --score-debug";

export const gitReads: Readonly<Record<string, Judge>> = {
  status: reads(
    "-s -b -v -z -u= --short --branch --long --ignored= --verbose --show-stash --no-renames --renames --porcelain= --untracked-files= --column= --no-column --ahead-behind --no-ahead-behind --ignore-submodules= --find-renames=",
  ),
  log: reads(LOG),
  whatchanged: reads(LOG),
  show: reads(LOG),
  reflog: (call) =>
    /^(expire|delete|drop)$/.test(call.args[0]?.text ?? "")
      ? high("irreversible", `git reflog ${call.args[0]?.text} deletes what could be restored`)
      : reads(LOG)(call),
  diff: reads(DIFF),
  ...Object.fromEntries(
    ["diff-tree", "diff-index", "diff-files"].map((name) => [
      name,
      reads(`${DIFF} --root --no-commit-id -v --stdin --pretty= --always`),
    ]),
  ),
  "range-diff": reads(LOG),
  shortlog: reads(
    "-s -n -e -c --summary --numbered --email --group: --since: --until: --author: --no-merges --all --format: -w= --after: --before: --committer",
  ),
  blame: reads(BLAME),
  annotate: reads(BLAME),
  "ls-files": reads(
    "-c -d -m -o -s -u -t -v -z -k -i -f -x: -X@ --cached --deleted --modified --others --stage --exclude-standard --exclude: --exclude-from@ --ignored --unmerged --full-name --error-unmatch --directory --no-empty-directory --eol --deduplicate --killed --resolve-undo --recurse-submodules --abbrev= --format: --with-tree:",
  ),
  "ls-tree": reads(
    "-d -r -t -l -z --name-only --name-status --full-name --full-tree --object-only --long --abbrev= --format:",
  ),
  "rev-parse": reads(
    "--abbrev-ref= --short= --verify --quiet -q --show-toplevel --show-prefix --show-cdup --git-dir --git-common-dir --git-path: --absolute-git-dir --is-inside-work-tree --is-bare-repository --is-inside-git-dir --symbolic-full-name --symbolic --is-shallow-repository --all --branches= --tags= --remotes= --revs-only --no-revs --flags --no-flags --not --default: --show-superproject-working-tree --show-object-format --path-format: --sq",
  ),
  "rev-list": reads(LOG),
  "merge-base": reads("-a --all --is-ancestor --fork-point --octopus --independent"),
  "merge-tree": reads(
    "--write-tree --name-only --messages --no-messages -z --allow-unrelated-histories --merge-base: --trivial-merge",
  ),
  describe: reads(
    "--tags --always --dirty= --long --all --abbrev: --match: --exclude: --contains --candidates: --exact-match --first-parent --broken=",
  ),
  "name-rev": reads("--tags --name-only --refs: --all --always --no-undefined"),
  "cat-file": reads(
    "-p -t -s -e --batch= --batch-check= --batch-all-objects --unordered --buffer --follow-symlinks --allow-unknown-type",
  ),
  "check-ignore": reads("-v -n -q -z --verbose --no-index --stdin --quiet --non-matching"),
  "check-attr": reads("-a --all --cached -z --stdin"),
  "check-ref-format": reads("--branch --normalize --allow-onelevel --refspec-pattern"),
  "for-each-ref": reads(
    "--format: --sort: --count: --contains= --merged= --no-merged= --points-at: --exclude: --color= --ignore-case --omit-empty",
  ),
  "show-ref": reads(
    "--heads --tags --branches -d --dereference -s --hash= --verify --abbrev= -q --quiet --head --exists",
  ),
  "show-branch": reads(
    "-a -r --all --remotes --current --topo-order --sha1-name --list --no-name --independent --merge-base --more: --color= -g=",
  ),
  "count-objects": reads("-v -H --verbose --human-readable"),
  cherry: reads("-v --verbose --abbrev="),
  "verify-pack": reads("-v -s"),
  ...Object.fromEntries(
    ["verify-commit", "verify-tag"].map((name): [string, Judge] => [
      name,
      (call) => [
        ...medium("reads", `git ${name} asks gpg about a signature`),
        ...reads("-v --verbose --raw")(call),
      ],
    ]),
  ),
  var: () => none,
  version: () => none,
  help: ({ args }) =>
    args.some(({ text }) => /^-\w*[wi]|^--(web|info)/.test(text))
      ? high("unanalysable", "git help may start a browser that the repository names")
      : none,
  grep: reader({
    spec: toSpec(
      "-a -i -I -n -l -L -c -w -v -E -F -G -P -h -H -o -q -W -p -z -r -e: -A: -B: -C: -m: -# --count --line-number --files-with-matches --files-without-match --name-only --ignore-case --word-regexp --cached --untracked --no-index --invert-match --fixed-strings --extended-regexp --perl-regexp --only-matching --show-function --function-context --heading --break --color= --no-color --max-depth: --recursive --no-recursive --and --or --not --all-match --column --text --full-name --threads: --max-count: --after-context: --before-context: --context: --exclude-standard --quiet",
    ),
    pattern: true,
  }),
  config: judgeConfig,
  remote: judgeRemote,
  "ls-remote": ({ name, args }) =>
    args.every(
      (word) =>
        /^(-[htq]|--(heads|tags|branches|refs|quiet|exit-code|get-url|symref|sort=[\w:-]+)|[\w./*-]+)$/.test(
          word.text,
        ) && word.made !== "any",
    )
      ? medium("reads", `${name} asks the remote`)
      : high("remote", `${name} with an address or options that reach another machine`),
  fsck: () => medium("reads", "git fsck looks through the repository"),
  archive: (call) =>
    judgeWith(call, {
      spec: toSpec(
        "-v -l --format: --prefix: -o> --output> --list --worktree-attributes -# --verbose",
      ),
      judge: (parsed, scene) => [
        ...judgePlaces(scene, parsed.writes, "write"),
        ...judgeOperands(scene, parsed.operands, "read"),
      ],
    }),
};
