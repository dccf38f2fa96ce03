/** git commands that change files, the index, branches or history, and those that talk to remotes. */
import { type CauseKind, type Causes, high, medium, none } from "../assessment.ts";
import { hasOption, type Parsed, toSpec } from "../options.ts";
import { judgePlaces } from "../places.ts";
import { type Call, type Judge, type Scene } from "../scene.ts";
import { judgeOperands, judgeWith } from "./git-reads.ts";

/** MEDIUM with these options; `judge` may add more. */
function edits(options: string, judge?: (parsed: Parsed, scene: Scene) => Causes): Judge {
  const spec = toSpec(options);
  return (call) => [
    ...medium("edit", `${call.name} changes files, branches or what is staged`),
    ...judgeWith(call, {
      spec,
      judge: judge ?? ((parsed, scene) => judgeOperands(scene, parsed.operands, "read")),
    }),
  ];
}

function drops(kind: CauseKind, why: string): (call: Call) => Causes {
  return (call) =>
    high(kind, `${call.name} ${call.args.map((word) => word.text).join(" ")} ${why}`.slice(0, 200));
}

const lost = drops("irreversible", "throws away work that is not committed");
const rewrites = drops("history", "rewrites history");

function has(call: Call, pattern: RegExp): boolean {
  return call.args.some((word) => pattern.test(word.text));
}

const COMMIT =
  "-m: -a -q -s -v -n -F@ -C: -e -i -o -S= -u= -p -z -t@ --message: --all --quiet --signoff --no-signoff --verbose --no-verify --file@ --author: --date: --allow-empty --allow-empty-message --fixup: --squash: --no-edit --edit --dry-run --short --porcelain --reset-author --trailer: --no-gpg-sign --gpg-sign= --cleanup: --include --only --no-status --status --branch --no-post-rewrite --long --reuse-message: --pathspec-from-file@";

const judgeCommit: Judge = (call) =>
  call.args.some((word) => word.text === "--amend")
    ? [...rewrites(call), ...edits(`${COMMIT} --amend`)(call)]
    : edits(COMMIT)(call);

const judgeCheckout: Judge = (call) => {
  const dashes = call.args.findIndex((word) => word.text === "--");
  const files = dashes >= 0 && dashes < call.args.length - 1;
  const wide = call.args.some(
    (word) => /^\.?\/?$|^\*|^:\//.test(word.text) || (word.glob && word.made === undefined),
  );
  const named = call.args.some(
    (word) => /^(?!-)[\w./-]+\.(\w{1,5})$/.test(word.text) && !/^v?\d+(\.\d+)*$/.test(word.text),
  );
  const creates = has(call, /^(-[bBc]|-q?[bc]|--orphan|--track|-t|-b.+)$/);
  if (
    has(
      call,
      /^(-f|--force|-B|--discard-changes|-C|-qf|-fq|--ours|--theirs|-p|--patch|-m|--merge|--overwrite-ignore|--ignore-other-worktrees|-M)$/,
    )
  )
    return lost(call);
  if (!creates && (files || wide || named)) return lost(call);
  return edits(
    "-b: -c: -q -t -l -d --quiet --track= --no-track --detach --orphan: --create: --guess --no-guess --progress --no-progress --recurse-submodules=",
  )(call);
};

const judgeRestore: Judge = (call) =>
  has(call, /^(--staged|-S)$/) && !has(call, /^(--worktree|-W|-\w*W)$/)
    ? edits("-S -q --staged --quiet -s: --source:")(call)
    : lost(call);

const judgeReset: Judge = (call) => {
  if (has(call, /^--(hard|merge|keep)/)) return lost(call);
  const moves = call.args.find(
    (word) => /[~^]|@\{|^[0-9a-f]{7,40}$|\//.test(word.text) && !word.text.startsWith("-"),
  );
  const paths =
    call.args.some((word) => word.text === "--") ||
    (moves !== undefined && /\.\w+$/.test(moves.text));
  if (has(call, /^--soft/) || (moves !== undefined && !paths)) return rewrites(call);
  return edits("-q --quiet --mixed -p --patch -N --no-refresh")(call);
};

const judgeBranch: Judge = (call) => {
  if (has(call, /^(-\w*[DMCf]\w*|--force)$/))
    return drops("irreversible", "deletes or moves a branch by force")(call);
  const lists =
    "-a -r -v -l -q -i --list --all --remotes --verbose --show-current --merged= --no-merged= --no-color --color= --format: --sort: --contains= --no-contains= --points-at= --abbrev= --no-abbrev --column= --no-column --ignore-case --omit-empty";
  const shows =
    call.args.length === 0 ||
    has(
      call,
      /^(-[arvli]+|--(list|all|remotes|verbose|show-current|merged|no-merged|contains|no-contains|points-at|format|sort)(=.*)?)$/,
    );
  if (shows) return judgeWith(call, { spec: toSpec(lists), judge: () => none });
  return edits(
    `${lists} -d -m -c -u: -t= --delete --move --copy --set-upstream-to: --unset-upstream --track= --no-track --create-reflog --edit-description`,
    () => none,
  )(call);
};

const judgeTag: Judge = (call) => {
  if (has(call, /^(-\w*[df]\w*|--delete|--force)$/))
    return drops("irreversible", "deletes or moves a tag")(call);
  const lists =
    "-l -n= -i --list --sort: --contains= --no-contains= --points-at= --merged= --no-merged= --format: --column= --color= --ignore-case --omit-empty -v";
  if (
    call.args.length === 0 ||
    has(call, /^(-l|-n\d*|--(list|sort|contains|points-at|merged|no-merged|format).*)$/)
  ) {
    return judgeWith(call, { spec: toSpec(lists), judge: () => none });
  }
  return edits(
    `${lists} -a -m: -F@ --annotate --message: --file@ -s -u: --sign --no-sign --local-user: --create-reflog --cleanup: --trailer:`,
    () => none,
  )(call);
};

const judgeStash: Judge = (call) => {
  const [sub, ...args] = call.args;
  const rest = { ...call, args, name: `git stash ${sub?.text ?? ""}` };
  if (sub === undefined || sub.text.startsWith("-")) return edits(STASH)(call);
  switch (sub.text) {
    case "list":
    case "show":
      return judgeWith(rest, {
        spec: toSpec(
          "-p -u -# -n: --stat --patch --oneline --name-only --name-status --include-untracked --only-untracked --format: --pretty= --numstat --shortstat --date: --all --graph",
        ),
        judge: (parsed, scene) => judgeOperands(scene, parsed.operands, "read"),
      });
    case "push":
    case "save":
    case "create":
    case "store":
      return edits(STASH)(rest);
    case "pop":
    case "apply":
    case "branch":
      return edits("-q --index --quiet")(rest);
    default:
      return drops("irreversible", "throws away what was stashed")(call);
  }
};
const STASH =
  "-m: -u -k -q -a -p -S --message: --include-untracked --keep-index --no-keep-index --all --quiet --patch --staged --pathspec-from-file@";

const judgeWorktree: Judge = (call) => {
  const [sub, ...args] = call.args;
  const rest = { ...call, args, name: `git worktree ${sub?.text ?? ""}` };
  if (sub?.text === "list")
    return judgeWith(rest, { spec: toSpec("-v -z --porcelain --verbose"), judge: () => none });
  if (sub?.text === "add") {
    return edits(
      "-b: -d -q --detach --quiet --track --no-track --guess-remote --checkout --no-checkout --orphan",
      (parsed, scene) => judgePlaces(scene, parsed.operands.slice(0, 1), "write"),
    )(rest);
  }
  return lost(call);
};

const judgeClean: Judge = (call) =>
  has(call, /^(-[a-zA-Z]*n[a-zA-Z]*|--dry-run)$/) && !has(call, /^(-\w*f\w*|--force)$/)
    ? judgeWith(call, {
        spec: toSpec("-n -d -x -X -q -e: --dry-run --exclude: --quiet"),
        judge: (parsed, scene) => judgePlaces(scene, parsed.operands, "read"),
      })
    : lost(call);

const judgeNotes: Judge = (call) => {
  const first = call.args[0]?.text ?? "list";
  if (/^(list|show)$/.test(first)) return none;
  if (/^(add|append)$/.test(first)) return medium("edit", "git notes adds a note");
  return rewrites(call);
};

const judgeBisect: Judge = (call) =>
  /^(log|terms)$/.test(call.args[0]?.text ?? "")
    ? none
    : /^(start|good|bad|new|old|skip|reset)$/.test(call.args[0]?.text ?? "")
      ? medium("edit", "git bisect checks out commits")
      : [
          ...high("unanalysable", "git bisect run starts a program for each commit"),
          ...(call.args[0]?.text === "run" ? call.scene.run(call.args.slice(1)) : none),
        ];

/** `git rm --cached` only stops to follow a file, whatever is in it. */
function notShown(causes: Causes, parsed: Parsed): Causes {
  return hasOption(parsed, "--cached") ? causes.filter(({ kind }) => kind !== "secret") : causes;
}

const judgeSymbolicRef: Judge = (call) =>
  call.args.filter((word) => !word.text.startsWith("-")).length < 2 &&
  !has(call, /^(-d|--delete|-m)$/)
    ? none
    : rewrites(call);

export const gitWrites: Readonly<Record<string, Judge>> = {
  add: edits(
    "-A -u -N -n -v -p -f -e -i --all --update --intent-to-add --dry-run --verbose --patch --force --no-all --ignore-errors --ignore-missing --renormalize --chmod: --sparse --refresh --pathspec-from-file@ --no-ignore-removal",
    (parsed, scene) =>
      judgeOperands(
        scene,
        parsed.operands.filter((word) => word.made !== "path"),
        "read",
      ),
  ),
  stage: edits("-A -u -N -n -v --all --update"),
  mv: edits("-k -v -n -f --verbose --dry-run", (parsed, scene) =>
    judgeOperands(scene, parsed.operands, "write"),
  ),
  rm: edits(
    "-r -q -n -f --cached --quiet --dry-run --ignore-unmatch --force --sparse",
    (parsed, scene) => {
      const all = parsed.operands.some((word) => /^(\.|\*|\.\/|:\/.*)$/.test(word.text));
      return all && !hasOption(parsed, "--cached")
        ? high("irreversible", "git rm of everything")
        : notShown(judgeOperands(scene, parsed.operands, "write"), parsed);
    },
  ),
  commit: judgeCommit,
  checkout: judgeCheckout,
  switch: judgeCheckout,
  restore: judgeRestore,
  reset: judgeReset,
  branch: judgeBranch,
  tag: judgeTag,
  stash: judgeStash,
  worktree: judgeWorktree,
  clean: judgeClean,
  notes: judgeNotes,
  bisect: judgeBisect,
  "symbolic-ref": judgeSymbolicRef,
  merge: edits(
    "-m: -q -n -v -s: -X: -F@ -e --no-ff --ff --ff-only --squash --no-commit --commit --no-edit --edit --abort --continue --quit --quiet --verbose --message: --stat --no-stat --no-verify --allow-unrelated-histories --strategy: --strategy-option: --autostash --no-autostash --log= --signoff --no-gpg-sign --into-name: --verify-signatures",
  ),
  "cherry-pick": edits(
    "-x -n -e -m: -s -X: --no-commit --edit --mainline: --signoff --abort --continue --skip --quit --allow-empty --keep-redundant-commits --ff --strategy-option: --strategy: --no-gpg-sign --empty:",
  ),
  revert: edits(
    "-n -e -m: -s -X: --no-edit --no-commit --edit --mainline: --abort --continue --skip --quit --signoff --strategy-option: --no-gpg-sign --reference",
  ),
  apply: edits(
    "-v -R -p: -3 -q --check --stat --numstat --summary --index --cached --reverse --3way --reject --whitespace: --include: --exclude: --recount --verbose --ignore-whitespace --ignore-space-change -N --intent-to-add --allow-empty --unidiff-zero",
    (parsed, scene) =>
      judgePlaces(
        scene,
        parsed.operands.filter((word) => word.text !== "-"),
        "read",
      ),
  ),
  am: edits(
    "-3 -q -s -k --3way --abort --continue --skip --quiet --signoff --keep-cr --quit --keep --reject --ignore-whitespace --whitespace: --no-verify",
    (parsed, scene) =>
      judgePlaces(
        scene,
        parsed.operands.filter((word) => word.text !== "-"),
        "read",
      ),
  ),
  "format-patch": edits(
    "-# -n -N -o> -v: -k -s --stdout --output-directory> --cover-letter --numbered --no-numbered --start-number: --subject-prefix: --root --reroll-count: --base: --stat --no-stat --zero-commit --signoff --keep-subject --full-index --binary --no-signature -M -C --thread= --in-reply-to:",
    (parsed, scene) => judgePlaces(scene, parsed.writes, "write"),
  ),
  bundle: edits("-q --all --quiet --progress", (parsed, scene) =>
    judgePlaces(scene, parsed.operands.slice(1, 2), "write"),
  ),
  init: edits("-q -b: --quiet --initial-branch: --bare --object-format:", (parsed, scene) =>
    judgePlaces(scene, parsed.operands, "read"),
  ),
  rerere: edits(""),
  "sparse-checkout": edits("--cone --no-cone --stdin --sparse-index --skip-checks"),
  "update-index": edits(
    "-q --refresh --really-refresh --chmod: --assume-unchanged --no-assume-unchanged --skip-worktree --no-skip-worktree --add --remove --again",
  ),
  "write-tree": edits(""),
  "hash-object": edits("-w -t: --stdin"),
  rebase: (call) =>
    has(call, /^(-\w*x|--exec)/)
      ? [
          ...high("unanalysable", "git rebase --exec runs a program for each commit"),
          ...rewrites(call),
        ]
      : rewrites(call),
};
