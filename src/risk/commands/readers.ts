/** Programs that only read: texts, paths or a pattern with paths. `*` stands where no option of theirs writes or runs anything. */
import { type Causes, high, medium, none } from "../assessment.ts";
import { parseArgs, toSpec } from "../options.ts";
import { type Call, each, harmless, type Judge, odd, type Table } from "../scene.ts";
import { paths, shownOnly, texts } from "./reading.ts";

const TREE = "* !-R -L: -I: -P: -o> --filelimit: --charset: --timefmt: --sort=";

/** `less +command` runs a command of its own. */
function pager(judge: Judge): Judge {
  return (call) => {
    const bad = call.args.find((word) => /^\+(?!(\d+|G|\d*g|\/[\w ]+)$)/.test(word.text));
    if (bad !== undefined) return high("unanalysable", `${call.name} with ${bad.text}`);
    return judge({ ...call, args: call.args.filter((word) => !word.text.startsWith("+")) });
  };
}

const TESTS = /^-[bcdefghknprstuwxzSLGNOoavR]$/;

/** bash evaluates subscripts in the operand of `-v`; everything that looks like one is refused. */
function judgeTest({ name, args }: Call): Causes {
  const words = name === "[" ? args.slice(0, -1) : args;
  if (name === "[" && args.at(-1)?.text !== "]") return high("unanalysable", "[ without its ]");
  const bad = words.find(
    (word) =>
      (word.glob && !/^[\w./*?-]+$/.test(word.text)) ||
      /[[`$\\]/.test(word.text) ||
      /^-[vRNGO]$/.test(word.text),
  );
  if (bad !== undefined) return high("unanalysable", `a test with ${bad.text}`);
  // A value known only when it runs could be `-v`, unless its place makes it an operand.
  const loose = words.findIndex((word, at) => {
    if (word.made !== "any" || word.text !== "") return false;
    const before = words[at - 1]?.text ?? "";
    const after = words[at + 1];
    const isRight = TESTS.test(before) || /^(=|==|!=|-(eq|ne|lt|le|gt|ge|nt|ot|ef))$/.test(before);
    const isLeft =
      after !== undefined &&
      after.made === undefined &&
      /^(=|==|!=|-(eq|ne|lt|le|gt|ge|nt|ot|ef)|\])$/.test(after.text);
    return !isRight && !isLeft && words.length > 1;
  });
  return loose < 0 ? none : high("unanalysable", "a test with a value known only when it runs");
}

/** `-v` and `%n` set variables. */
function judgePrintf({ args }: Call): Causes {
  const format = args[0];
  if (format === undefined || format.glob || format.made === "any" || /^-./.test(format.text)) {
    return high("unanalysable", "printf with an option or a format known only when it runs");
  }
  return /%[^%a-zA-Z]*[hlLjtz]*n/.test(format.text) ? high("unanalysable", "printf with %n") : none;
}

function judgeDate({ name, args }: Call): Causes {
  const parsed = parseArgs(args, DATE);
  const bad = parsed.operands.find((word) => !word.text.startsWith("+"));
  return parsed.odd === undefined && bad === undefined
    ? none
    : odd(name, parsed.odd ?? bad?.text ?? "");
}

const DATE = toSpec(
  "-u -R -d: -j -r@ -v: -I= --utc --iso-8601= --rfc-3339: --date: --rfc-email --universal",
);

function judgeProcesses({ args }: Call): Causes {
  const shown = args.map((word) => word.text).join(" ");
  // `e` among BSD letters shows environments, with what is secret in them.
  const env =
    args.some((word) => /^[a-df-zA-Z]*e[a-zA-Z]*$|^-\w*E/.test(word.text)) || /environ/.test(shown);
  return env
    ? high("secret", "ps shows the environments of processes")
    : medium("reads", "lists the processes of this machine");
}

/** `printenv` alone shows everything; named variables are judged by their names. */
function judgePrintenv({ args }: Call): Causes {
  const names = args.filter((word) => !word.text.startsWith("-"));
  const plain =
    /^(PATH|HOME|USER|SHELL|PWD|LANG|LC_\w+|TERM|NODE_ENV|CI|EDITOR|TZ|VIRTUAL_ENV|GOPATH|JAVA_HOME|PORT)$/;
  return names.length > 0 && names.every((word) => plain.test(word.text))
    ? none
    : high("secret", "printenv shows the environment");
}

function judgeSet({ args }: Call): Causes {
  if (args.length === 0) return high("secret", "set shows all variables");
  const words = args.map((word) => word.text);
  return words.every((word) =>
    /^[-+][eufxCEomnv]+$|^(pipefail|errexit|nounset|xtrace|noglob)$/.test(word),
  )
    ? none
    : high("unanalysable", `set ${words.join(" ")}`);
}

function judgeCommand(call: Call): Causes {
  return call.args.length > 0 && call.args.every((word) => !word.glob)
    ? none
    : high("unanalysable", `${call.name} with wildcards`);
}

export const readers: Table = {
  ...each("echo : true false", harmless),
  ...each(
    "cat tac nl head tail wc md5sum sha1sum sha224sum sha256sum sha384sum sha512sum md5 shasum b2sum cksum sum od hexdump strings base64 base32 fold fmt expand unexpand pr rev cut paste column colrm comm cmp diff3 join tsort look file df zcat bzcat xzcat readelf bat less more tokei cloc scc numfmt hd lz4cat zstdcat csvlook hexyl iostat",
    paths("*"),
  ),
  head: paths("* -n: -c: -# --lines: --bytes:"),
  tail: paths("* -n: -c: -# -s: --lines: --bytes: --pid: --sleep-interval:"),
  cat: paths("*"),
  wc: paths("*"),
  ls: shownOnly(
    "* -I: -w: -T: --ignore: --hide: --sort: --time: --time-style: --color= --format: --block-size: --indicator-style:",
  ),
  ...each("dir vdir", paths("*")),
  cut: paths("* -d: -f: -c: -b: --delimiter: --fields: --characters: --bytes: --output-delimiter:"),
  paste: paths("-s -z -d: --delimiters: --serial"),
  column: paths("* -s: -o: -c: -N: -R: -E: -H: --separator: --output-separator: --table-columns:"),
  nl: paths("* -b: -n: -s: -v: -w: -i: -h: -f:"),
  stat: shownOnly("* -c: --format: --printf:"),
  ...each("readlink realpath exa eza lsd", shownOnly("*")),
  file: paths(
    "-b -i -h -L -k -r -s -z -0 -p -E --brief --mime --mime-type --mime-encoding --dereference --no-pad -F: -e:",
  ),
  du: shownOnly("* -d: -t: -B: --max-depth: --exclude: --threshold: --exclude-from@ -X@ --time="),
  df: paths("* -B: -t: -x: --output= --type:"),
  base64: paths("* -w: --wrap: -o> -i@ --output> --input@"),
  shasum: paths("* -a:"),
  less: pager(
    paths(
      "-N -S -R -F -X -M -E -i -I -n -q -r -s -J -p: -# --RAW-CONTROL-CHARS --no-init --quit-if-one-screen --LINE-NUMBERS",
    ),
  ),
  more: pager(paths("-d -f -l -p -c -s -u -#")),
  ...each(
    "bat batcat",
    paths(
      "-n -p -A -l: -r: -s -u -f -H: --plain --number --show-all --language: --line-range: --style: --color: --paging: --no-pager --theme: --decorations: --wrap: --tabs: --highlight-line: -P",
    ),
  ),
  tree: paths(TREE),
  shellcheck: paths(
    "-a -x -V -C= -e: -f: -i: -o: -s: -S: -W: --exclude: --format: --severity: --shell: --include: --enable: --color= --external-sources --norc --check-sourced",
  ),
  hadolint: paths(
    "-t: -f: -V --ignore: --format: --no-fail --failure-threshold: --no-color -c@ --config@",
  ),
  ...each(
    "yamllint jsonlint actionlint",
    paths("-s -f: -q -v --strict --format: --no-warnings -c@ -d:"),
  ),
  sort: paths(
    "-b -d -f -g -i -h -n -R -r -M -V -u -c -C -s -z -m -k: -t: -S: -o> --output> --unique --reverse --numeric-sort --version-sort --human-numeric-sort --general-numeric-sort --month-sort --random-sort --ignore-case --ignore-leading-blanks --dictionary-order --stable --check= --merge --zero-terminated --key: --field-separator: --parallel: --buffer-size: --debug --sort:",
  ),
  uniq: paths(
    "-c -d -D -i -u -z -f: -s: -w: --count --repeated --unique --ignore-case --all-repeated= --group= --skip-fields: --skip-chars:",
    1,
  ),
  comm: paths("-1 -2 -3 -z --nocheck-order --check-order --total --output-delimiter:", 2),
  cmp: paths("-b -l -s -n: -i: --silent --quiet --verbose --print-bytes --bytes:", 2),
  ...each(
    "diff colordiff icdiff",
    paths(
      "* -U: -C: -x: -I: -F: -W: --unified= --context= --color= --exclude: --exclude-from@ -X@ --label: -L: --width: !--to-file --from-file@ !--paginate !-l",
      2,
    ),
  ),

  xxd: paths("-b -e -i -p -u -E -d -C -s: -l: -c: -g: -o: -n: -r", 1),
  shuf: paths(
    "-z -r -n: -i: -e --head-count: --repeat --echo --zero-terminated --input-range: -o> --output>",
  ),
  iconv: paths("-f: -t: -c -s -l --from-code: --to-code: --list --silent -o> --output>"),
  xmllint: paths(
    "--format --noout --valid --wellformed --xpath: --pretty: --nonet --html --xmlout --recover --schema@ --encode: --noblanks",
  ),
  openssl: ({ args, scene, name }) => {
    const [sub, ...rest] = args;
    if (sub?.text === "version") return none;
    if (sub?.text !== "dgst")
      return high("secret", `openssl ${sub?.text ?? ""} works with keys or other machines`);
    return paths("-sha1 -sha224 -sha256 -sha384 -sha512 -md5 -hex -r -c -binary -out>")({
      name,
      args: rest,
      scene,
    });
  },
  ...each(
    "tr seq basename dirname expr factor yes tput cal arch groups logname tty locale getconf nproc lscpu free uptime whoami id sleep which whereis whatis apropos hash jobs wait times pathchk users who w sw_vers lsb_release",
    texts("* -s: -d: -a: -t: -n:"),
  ),
  tr: texts("-c -C -d -s -t --delete --squeeze-repeats --complement --truncate-set1"),
  which: texts("-a -s --all"),
  id: texts("-u -n -g -G -r -z --user --name --group --groups"),
  hash: texts("-r -t -l"),
  basename: texts("-a -z -s: --suffix: --multiple --zero"),
  type: texts("-a -t -p -P -f"),
  ...each("pwd hostid", texts("-L -P", 0)),
  hostname: texts("-s -f -i -I -d -A -y --short --fqdn", 0),
  uname: texts("*", 0),
  ...each("exit return break continue shift", texts("")),
  umask: texts("-S -p", 0),
  ulimit: texts("-a -n -u -s -v -f -c -H -S", 0),
  shopt: ({ args }) =>
    args.every((word) =>
      /^(-[suqp]|globstar|nullglob|failglob|nocaseglob|inherit_errexit|lastpipe)$/.test(word.text),
    )
      ? medium("reads", "shopt changes how wildcards are read")
      : high("unanalysable", "shopt changes what later commands mean"),
  ...each(
    "dmesg lsmod lspci lsusb lsblk findmnt vm_stat netstat ss lsof last sensors nvidia-smi",
    ({ name, args }) =>
      args.some((word) => /^(-w|-C|-c|--clear|-K|--kill|\+[mM])$/.test(word.text))
        ? high("process", `${name} ${args.map((word) => word.text).join(" ")} changes this machine`)
        : medium("reads", `${name} looks at this machine`),
  ),
  lsof: ({ args }) =>
    args.some((word) => /^[+]|^-[DkmA]/.test(word.text))
      ? odd("lsof", "such options")
      : medium("reads", "lsof lists open files of this machine"),
  ...each("getent", ({ args }) =>
    /^((passwd|group|services|protocols)( \w+)?|hosts( localhost)?)$/.test(
      args.map((word) => (word.made === undefined ? word.text : "$")).join(" "),
    )
      ? medium("reads", "getent looks at this machine")
      : odd("getent", args[0]?.text ?? ""),
  ),
  ...each("test [", judgeTest),
  printf: judgePrintf,
  date: judgeDate,
  ps: judgeProcesses,
  ...each("pgrep pidof", () => medium("reads", "looks for processes of this machine")),
  top: ({ args }) =>
    args.some((word) => /^-\w*b/.test(word.text) || word.text === "-l")
      ? medium("reads", "lists the processes of this machine")
      : odd("top", "a screen of its own"),
  printenv: judgePrintenv,
  set: judgeSet,
  bc: paths("-l -q -s -i -w -h"),
  command: judgeCommand,
  help: harmless,
  clear: harmless,
  man: ({ args }) =>
    args.every((word) => /^(-[kfw]|\w[\w.-]*)$/.test(word.text)) ? none : odd("man", "options"),
  ...each("tldr info", ({ args }) =>
    args.every((word) => /^\w[\w.-]*$/.test(word.text))
      ? medium("reads", "shows a page")
      : odd("info", "options"),
  ),
};
