/** git commands that talk to remotes, bring code of others, or rewrite and delete history. */
import { high, medium, none } from "../assessment.ts";
import { toSpec } from "../options.ts";
import { type Judge, refused } from "../scene.ts";
import { judgeWith } from "./git-reads.ts";

const REFSPEC = /^\+?(?!\w+:\/\/)[\w/*.-]+:[\w/*.-]+$/;

/** Asks the remotes that are configured, and no other address. */
function asksRemote(options: string): Judge {
  const spec = toSpec(options);
  return (call) => [
    ...medium("remote", `${call.name} asks the remote`),
    ...judgeWith(call, {
      spec,
      judge: (parsed) => {
        const address = parsed.operands.find(
          (word) =>
            word.made === "any" || (/[:@]|^\.|^\/|^~/.test(word.text) && !REFSPEC.test(word.text)),
        );
        return address === undefined
          ? none
          : high("remote", `${call.name} ${address.text} reaches another address`);
      },
    }),
  ];
}

const judgeSubmodule: Judge = (call) => {
  const first = call.args.find((word) => !word.text.startsWith("-"))?.text;
  if (first === undefined || first === "status" || first === "summary") return none;
  return high("downloaded", `git submodule ${first} fetches or runs code of other repositories`);
};

const sends = refused("remote", "sends work to a remote");
const history = refused("history", "rewrites or deletes history");

export const gitRemotes: Readonly<Record<string, Judge>> = {
  fetch: asksRemote(
    "-p -P -q -v -a -t -n -f -j: -4 -6 -u -k --all --prune --prune-tags --tags --no-tags --quiet --verbose --depth: --deepen: --unshallow --shallow-since: --dry-run --force --jobs: --progress --no-progress --append --multiple --set-upstream --atomic --recurse-submodules= --no-recurse-submodules --filter: --update-shallow --no-auto-gc --auto-gc --porcelain --refetch --no-auto-maintenance",
  ),
  pull: asksRemote(
    "-p -q -v -r -n --all --prune --tags --no-tags --quiet --verbose --depth: --ff --ff-only --no-ff --rebase= --no-rebase --autostash --no-autostash --no-edit --commit --no-commit --squash --stat --no-stat --set-upstream --unshallow --recurse-submodules= --strategy: -X: -s: --allow-unrelated-histories --force --no-verify",
  ),
  push: (call) =>
    call.args.some((word) => /^(-n|--dry-run)$/.test(word.text)) &&
    call.args.every(
      (word) =>
        word.made === undefined &&
        /^(-n|--dry-run|-u|-v|-q|--(all|tags|follow-tags|verbose|porcelain|set-upstream|quiet)|[\w.-]+(\/[\w.-]+)*)$/.test(
          word.text,
        ),
    )
      ? medium("reads", "git push asks the remote what it would take")
      : sends(call),
  "send-email": sends,
  "send-pack": sends,
  "request-pull": sends,
  svn: sends,
  p4: sends,
  lfs: (call) =>
    /^(ls-files|status|env|version|track)$/.test(call.args[0]?.text ?? "") && call.args.length < 2
      ? medium("reads", "git lfs looks at large files")
      : high("remote", "git lfs moves files between machines"),
  clone: refused("downloaded", "fetches another repository"),
  submodule: judgeSubmodule,
  "filter-branch": history,
  "filter-repo": history,
  "update-ref": history,
  "fast-import": history,
  replace: history,
  "commit-tree": refused("history", "makes commits by hand"),
  "read-tree": history,
  gc: refused("irreversible", "deletes what could be restored"),
  prune: refused("irreversible", "deletes what could be restored"),
  repack: refused("irreversible", "deletes what could be restored"),
  "pack-refs": refused("history", "rewrites how refs are kept"),
  credential: refused("secret", "shows or keeps passwords"),
  difftool: refused("unanalysable", "starts a program that is configured elsewhere"),
  mergetool: refused("unanalysable", "starts a program that is configured elsewhere"),
  hook: refused("unanalysable", "runs hooks"),
};
