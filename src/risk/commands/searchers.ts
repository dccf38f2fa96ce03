/** grep and its kin: what they look into, and what they look for. */
import { high } from "../assessment.ts";
import { each, type Judge, type Table } from "../scene.ts";
import { pattern } from "./reading.ts";

/** Words by which keys and passwords are looked for, or everything. */
const HUNTED =
  /AKIA|gh[pousr]_|sk-|xox|secret|token|passw|api.?key|credential|private.?key|BEGIN |aws_|^\.?\*?\+?$/i;

/** What is hidden and what git ignores is where secrets are. */
const judgeRipgrep: Judge = (call) => {
  const judged = pattern(RG, ["-e", "-f", "--regexp", "--file", "--files", "--type-list"])(call);
  const words = call.args.map((word) => word.text);
  const depth =
    words
      .join(" ")
      .match(/(^| )-\w*u\w*|--unrestricted/g)
      ?.join("")
      .replace(/[^u]/g, "").length ?? 0;
  const hidden = depth > 1 || words.some((word) => /^(--hidden|-\.)$/.test(word));
  const ignored = depth > 0 || words.some((word) => word.startsWith("--no-ignore"));
  const hunts = words.some((word) => !word.startsWith("-") && HUNTED.test(word));
  return hidden && ignored && hunts
    ? [...judged, ...high("secret", "rg looks for secrets in hidden and ignored files")]
    : judged;
};

const GREP =
  "* -e: -A: -B: -C: -m: -d: -D: -f@ --regexp: --file@ --include: --exclude: --exclude-dir: --exclude-from@ --after-context: --before-context: --context: --max-count: --color= --colour= --label: --binary-files: --directories: --devices: -#";
const RG =
  "-a -c -F -H -I -i -L -l -N -n -o -p -P -q -s -S -U -u -v -w -x -0 -. -b -e: -A: -B: -C: -m: -M: -g: -t: -T: -r: -d: -j: -E: -# --hidden --no-hidden --heading --no-heading --files --files-with-matches --files-without-match --count --count-matches --json --ignore-case --smart-case --case-sensitive --fixed-strings --line-number --no-line-number --multiline --multiline-dotall --stats --trim --word-regexp --line-regexp --only-matching --invert-match --no-filename --with-filename --null --null-data --pcre2 --vimgrep --column --no-column --type-list --no-config --no-messages --no-ignore --no-ignore-vcs --no-ignore-parent --follow --pretty --quiet --unrestricted --text --passthru --crlf --debug --one-file-system --no-require-git --byte-offset --include-zero --glob-case-insensitive --version --help -V -h --glob: --iglob: --type: --type-not: --type-add: --type-clear: --regexp: --sort: --sortr: --color: --colors: --max-count: --max-columns: --max-depth: --max-filesize: --context: --after-context: --before-context: --replace: --encoding: --engine: --threads: --path-separator: --field-match-separator: --context-separator: -f@ --file@ --ignore-file@";

export const searchers: Table = {
  grep: pattern(GREP, ["-e", "-f", "--regexp", "--file"]),
  ...each("egrep fgrep zgrep bzgrep xzgrep", pattern(GREP, ["-e", "-f", "--regexp", "--file"])),
  rg: judgeRipgrep,
  ...each(
    "ag ack",
    pattern(
      "* !--pager -A: -B: -C: -m: -G: -g: --ignore: --type: --depth: --ignore-dir: !--ackrc !--noenv !-z",
      [],
    ),
  ),
};
