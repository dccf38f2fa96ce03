/** git: global options, then one judge for each sub-command. An unknown sub-command may be an alias that runs anything: HIGH. */
import { type Causes, high, none } from "../assessment.ts";
import type { Call, Judge, Scene, Table } from "../scene.ts";

import { enterFolder, holdsBareRepository } from "./git-folders.ts";
import { gitReads } from "./git-reads.ts";
import { gitRemotes } from "./git-remotes.ts";
import { gitWrites } from "./git-writes.ts";

const PLAIN_GLOBALS =
  /^(--no-pager|-P|--no-optional-locks|--literal-pathspecs|--no-replace-objects|--icase-pathspecs|--glob-pathspecs|--noglob-pathspecs|--no-lazy-fetch)$/;
const PLAIN_SETTINGS =
  /^(color\.[\w.]+|core\.(quotepath|abbrev|autocrlf|safecrlf|filemode|ignorecase|pager)|advice\.\w+|user\.(name|email)|log\.\w+|diff\.(algorithm|renames|context|noprefix|mnemonicprefix|colormoved|renamelimit)|merge\.(conflictstyle|renamelimit)|i18n\.\w+|init\.defaultbranch|pull\.(rebase|ff)|commit\.gpgsign|tag\.gpgsign|gc\.auto|versionsort\.\w+|column\.ui|status\.\w+)=/i;

const subcommands: Readonly<Record<string, Judge>> = { ...gitReads, ...gitWrites, ...gitRemotes };

function judgeGit({ args, scene }: Call): Causes {
  const causes: Causes[] = [];
  let folders: readonly string[] | undefined;
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at];
    if (word === undefined) break;
    const { text, glob, made } = word;
    if (!text.startsWith("-")) break;
    if (/^(--version|-v|--help|-h|--exec-path|--html-path|--man-path|--info-path)$/.test(text))
      return none;
    if (text === "-C") {
      const entered = enterFolder(scene, args[++at]);
      if (typeof entered === "string") causes.push(high("outside", `git -C ${entered}`));
      else folders = entered;
    } else if (text === "-c") {
      const setting = args[++at];
      const value = setting?.text.toLowerCase() ?? "";
      const pager = value.startsWith("core.pager=");
      const plain = PLAIN_SETTINGS.test(value) && (!pager || /=(cat|less|)$/.test(value));
      if (!plain) causes.push(high("unanalysable", `git with the setting ${setting?.text ?? ""}`));
    } else if (!PLAIN_GLOBALS.test(text) || glob || made !== undefined) {
      causes.push(high("unanalysable", `git with ${text} before its command`));
    }
  }
  const sub = args[at];
  if (sub === undefined)
    return [
      ...causes.flat(),
      ...(args.length === 0 ? none : high("unanalysable", "git without a command")),
    ];
  const rest = args.slice(at + 1);
  if (at > 0) scene.alias([{ text: "git", glob: false }, sub, ...rest]);
  const there: Scene = folders === undefined ? scene : { ...scene, folders };
  const judge =
    sub.made === undefined && Object.hasOwn(subcommands, sub.text)
      ? subcommands[sub.text]
      : undefined;
  const judged =
    judge === undefined
      ? high(
          "unknown-program",
          `git ${sub.text} changes history, branches or remotes, or is not known`,
        )
      : judge({ name: `git ${sub.text}`, args: rest, scene: there });
  return [...causes.flat(), ...judged, ...refuseBare(there)];
}

/** A folder of the checkout may hold a bare repository whose own configuration runs programs. */
function refuseBare(scene: Scene): Causes {
  if (scene.folders.length === 1 && scene.folders[0] === scene.root) return none;
  const bare = scene.folders.find((folder) => holdsBareRepository(folder, scene.root));
  return bare === undefined
    ? none
    : high("unanalysable", `git inside ${bare}, which looks like a repository of its own`);
}

export const git: Table = { git: judgeGit };
