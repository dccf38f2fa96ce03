/** Scripts for the comparison with bash: written by hand, made by a grammar, and mutated, all from one seed. */

/** Ways to run EVIL that parsers and readers get wrong, and ways that look like it and are not. */
export const HANDWRITTEN: readonly string[] = [
  "EVIL",
  "ls; EVIL",
  "echo 'EVIL'",
  "echo $(EVIL)",
  "echo `EVIL`",
  'echo "$(EVIL)"',
  "echo '$(EVIL)'",
  "E'VI'L",
  'E"VI"L',
  "E\\VIL",
  "$'EV\\x49L'",
  '$"EVIL"',
  "EV\\\nIL",
  "x=EVIL; $x",
  "x=EV; ${x}IL",
  "${x:-EVIL}",
  "${x-EVIL}",
  "{EVIL,a}",
  "{E,}VIL",
  "eval EVIL",
  "eval 'EV''IL'",
  "command EVIL",
  "builtin eval EVIL",
  "exec EVIL",
  "env EVIL",
  "env A=b EVIL",
  "nice EVIL",
  "timeout 1 EVIL",
  "nohup EVIL",
  "xargs EVIL < /dev/null",
  "echo EVIL | xargs -I{} {}",
  "find . -maxdepth 0 -exec EVIL \\;",
  "sh -c EVIL",
  "bash -c 'EVIL'",
  "bash <<< EVIL",
  "sh <<E\nEVIL\nE",
  "cat <<E\n$(EVIL)\nE",
  "cat <<'E'\n$(EVIL)\nE",
  "cat <<E\n${x:-$(EVIL)}\nE",
  "cat <<E\n${x:-'$(EVIL)'}\nE",
  "cat <<E\n\\$(EVIL)\nE",
  "cat <<-E\n\t`EVIL`\n\tE",
  "cat <<$(EVIL)\nx\n$(EVIL)",
  "cat <(EVIL)",
  "ls > >(EVIL)",
  "source <(echo EVIL)",
  "if EVIL; then :; fi",
  "while EVIL; do break; done",
  "until EVIL; do break; done",
  "for i in $(EVIL); do :; done",
  "for i in a; do EVIL; done",
  "for ((i=0; i<1; i++)); do EVIL; done",
  "case a in a) EVIL;; esac",
  "case $(EVIL) in *) ;; esac",
  "case a in $(EVIL)) ;; esac",
  "f() { EVIL; }; f",
  "f() ( EVIL ); f",
  "function f { EVIL; }; f",
  "ls() { EVIL; }; ls",
  "trap EVIL EXIT",
  "trap EVIL DEBUG; ls",
  "coproc EVIL",
  "coproc x { EVIL; }; wait",
  "time EVIL",
  "! EVIL",
  "(EVIL)",
  "{ EVIL; }",
  "ls && EVIL",
  "false || EVIL",
  "ls | EVIL",
  "ls |& EVIL",
  "EVIL & wait",
  "[[ $(EVIL) ]]",
  "[[ 'a[$(EVIL)]' -eq 0 ]]",
  "[[ a -eq 'b[$(EVIL)]' ]]",
  "[ -v 'a[$(EVIL)]' ]",
  "test -v 'a[$(EVIL)]'",
  "(( a[$(EVIL)] ))",
  "(( x = $(EVIL) ))",
  "echo $(( $(EVIL) ))",
  "echo $(( a['$(EVIL)'] ))",
  "x='a[$(EVIL)]'; echo $((x))",
  "x='a[$(EVIL)]'; (( x ))",
  "x='a[$(EVIL)]'; [[ $x -eq 1 ]]",
  "x='a[$(EVIL)]'; let y=x",
  "let 'a[$(EVIL)]=1'",
  "declare 'a[$(EVIL)]=1'",
  "declare -i x='a[$(EVIL)]'",
  "a[$(EVIL)]=1",
  "a['$(EVIL)']=1",
  "a=($(EVIL))",
  "printf -v 'a[$(EVIL)]' x",
  "read 'a[$(EVIL)]' <<< x",
  "unset 'a[$(EVIL)]'",
  "x='$(EVIL)'; echo ${x@P}",
  "x='$(EVIL)'; echo $x",
  "x=y; y='$(EVIL)'; echo ${!x}",
  "x='a[$(EVIL)]'; echo ${!x}",
  "echo ${x:=$(EVIL)}",
  "echo ${x:?$(EVIL)}",
  "x=a; echo ${x/a/$(EVIL)}",
  "x=a; echo ${x#$(EVIL)}",
  "x=a; echo ${x:$(EVIL):1}",
  "echo ${x[$(EVIL)]}",
  "x='a[$(EVIL)]'; echo ${s:x}",
  "PS4='$(EVIL)'; set -x; ls",
  "PROMPT_COMMAND=EVIL; ls",
  "BASH_ENV=<(echo EVIL) bash -c :",
  "alias ls=EVIL\nls",
  "shopt -s expand_aliases\nalias ls=EVIL\nls",
  "command_not_found_handle() { EVIL; }; nosuch",
  "mapfile -C EVIL -c 1 a <<< x",
  "compgen -C EVIL",
  'hash -p "$(command -v EVIL)" ls; ls',
  "EVIL\nfi",
  "ls # EVIL",
  "ls #x\nEVIL",
  "ls;# x\nEVIL",
  "echo a#b; EVIL",
  "echo a \\\n; EVIL",
  "echo \\\\\nEVIL",
  "echo 'a\nEVIL'",
  'echo "a\nEVIL"',
  "awk 'BEGIN { system(\"EVIL\") }'",
  "awk 'BEGIN { print | \"EVIL\" }' < /dev/null",
  "awk 'BEGIN { \"EVIL\" | getline }'",
  'echo x | awk \'/"/ { print } { print "a" | "EVIL" }\'',
  "echo x | sed 's/x/EVIL/e'",
  "echo x | sed '1e EVIL'",
  "echo x | sed -n 's/x/EVIL/;e'",
  "perl -e 'system EVIL'",
  "ls <<< $(EVIL)",
  "A=$(EVIL) ls",
  "A=`EVIL`",
  "ls 2> $(EVIL; echo /dev/null)",
  "exec 3< <(EVIL)",
  'set -- EVIL; "$@"',
  "set -- EVIL; $1",
  'a=(EVIL); "${a[@]}"',
  "while read -r c; do $c; done <<< EVIL",
  "IFS=x; c=axb; EVIL",
  "${IFS+EVIL}",
  "echo ${IFS+$(EVIL)}",
  'echo "${x:-"$(EVIL)"}"',
  'echo ${x:-"}"} `EVIL`',
  "echo $'\\'' $(EVIL) '",
  "echo $'\\'' $(EVIL)",
  'echo "\\$(EVIL)"',
  'echo "\\\\$(EVIL)"',
  "echo \\$(EVIL)",
  "[[ a =~ $(EVIL) ]]",
  "[[ a == @($(EVIL)) ]]",
  "echo *$(EVIL)",
  "> x EVIL",
  "2>&1 EVIL",
  "A=1 B=2 EVIL",
  "if :; then EVIL; fi > x",
  "{ ls; } | { cat; EVIL; }",
  // Escapes in here-documents, a pair of backslashes before an expansion among them.
  "cat <<E\n\\\\$(EVIL)\nE",
  "cat <<E\n\\\\\\$(EVIL)\nE",
  "cat <<E\n\\`EVIL\\`\nE",
  "cat <<E\n\\\\`EVIL`\nE",
  "cat <<E\n\\\n$(EVIL)\nE",
  "cat <<E\n$\\\n(EVIL)\nE",
  "cat <<E\n\\$x \\\\${x:-$(EVIL)}\nE",
  "sh <<E\n\\$(EVIL)\nE",
  // Functions that stand in for programs whose output is known.
  "wc() { echo 'a[$(EVIL)]'; }; n=$(wc -l < x); echo $((n))",
  "date() { echo 'a[$(EVIL)]'; }; n=$(date +%s); (( n + 1 ))",
  "nproc() { printf 'a[$(EVIL)]'; }; [[ $(nproc) -gt 1 ]]",
  "n=$(echo x | sed 's/x/a[$(EVIL)]/'); echo $((n))",
  "n=$(wc -l < x; echo '+a[$(EVIL)]'); echo $((n))",
  "n=$(wc -l < x); n+='+a[$(EVIL)]'; echo $((n))",
  "n=$(wc -l < x); echo $((n)); EVIL",
  "git() { echo EVIL; }; $(git rev-parse HEAD)",
  "seq() { echo EVIL; }; seq 1 | xargs -I{} {}",
  // Values of variables that look plain.
  "x=a/b; echo ${x//\\// $(EVIL)}",
  "x='a b'; ${x//a b/EVIL}",
  "x=a,b; echo ${x//, / }; EVIL",
  "EDITOR=EVIL; $EDITOR x",
  "PAGER=cat EVIL",
  "PYTHONPATH=src EVIL",
  "env PYTHONPATH=. EVIL",
  "export GOFLAGS=-race; EVIL",
  // A shell looks for its script in PATH too.
  "bash EVIL",
  "bash -ue 'EVIL'",
  "bash {EVIL,a} <<< EVIL",
  ". EVIL",
  "source EVIL a",
  "sh +e -c EVIL",
  "sh +x <<< EVIL",
  "echo EVIL | parallel 2>/dev/null; EVIL",
  "find x -exec EVIL {} \\;",
  "ls x | xargs EVIL",
  "for v in $(echo EVIL); do $v; done",
];

const RANDOM_STEP = 0x6d2b79f5;

/** A small generator of numbers in [0, 1), the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + RANDOM_STEP) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function makeScripts(seed: number, count: number): readonly string[] {
  const random = seeded(seed);
  const scripts = [...HANDWRITTEN];
  while (scripts.length < count) {
    const kind = random();
    if (kind < 0.45) scripts.push(grow(random, 4));
    else if (kind < 0.85) scripts.push(mutate(pick(random, HANDWRITTEN), random));
    else scripts.push(scatter(random));
  }
  return scripts.slice(0, count);
}

const TOKENS =
  "EVIL|EVIL|EVIL|echo|ls|true|a|x|x=|$x|${x}|$(|)|`|'|\"|\\|\n|;|&&||||&|(|(|{|}|<|>|<<E|<<'E'|\nE\n|<<<|#|$'|$\"|((|))|$((|[[|]]|-eq|if|then|fi|do|done|for|in|case|esac|!|time|eval|*|?|[|]|~|{a,EVIL}|${x:-EVIL}|f()|1|2>&1|-v|\t| "
    .split("|")
    .filter((token) => token !== "");

function scatter(random: () => number): string {
  const length = 2 + Math.floor(random() * 9);
  return Array.from({ length }, () => pick(random, TOKENS)).join(random() < 0.6 ? " " : "");
}

function mutate(script: string, random: () => number): string {
  let text = script;
  for (let turn = 0; turn <= random() * 3; turn++) {
    const at = Math.floor(random() * (text.length + 1));
    const kind = random();
    if (kind < 0.35) text = text.slice(0, at) + pick(random, TOKENS) + text.slice(at);
    else if (kind < 0.65) text = text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 3));
    else if (kind < 0.85)
      text = `${text.slice(0, at)}${pick(random, HANDWRITTEN)}${text.slice(at)}`;
    else
      text = `${text}${pick(random, ["; ", "\n", " && ", " | ", " "])}${pick(random, HANDWRITTEN)}`;
  }
  return text;
}

function grow(random: () => number, depth: number): string {
  const command = () =>
    random() < 0.5 ? "EVIL" : pick(random, ["ls", "true", "echo a", "cat x", "x=1"]);
  if (depth === 0) return command();
  const inner = () => grow(random, depth - 1 - Math.floor(random() * 2) < 0 ? 0 : depth - 1);
  const shapes: readonly (() => string)[] = [
    command,
    () => `${inner()}; ${inner()}`,
    () => `${inner()} && ${inner()}`,
    () => `${inner()} || ${inner()}`,
    () => `${inner()} | ${inner()}`,
    () => `(${inner()})`,
    () => `{ ${inner()}; }`,
    () => `echo $(${inner()})`,
    () => `echo "a $(${inner()}) b"`,
    () => `echo '${inner().replaceAll("'", "")}'`,
    () => `if ${inner()}; then ${inner()}; fi`,
    () => `for i in a $(${inner()}); do ${inner()}; done`,
    () => `while ${inner()}; do ${inner()}; break; done`,
    () => `case x in y) ${inner()};; *) ${inner()};; esac`,
    () => `f() { ${inner()}; }; f`,
    () => `cat <<E\n$(${inner()})\nE\n`,
    () => `cat <<'E'\n${inner()}\nE\n`,
    () => `x=$(${inner()})`,
    () => `[[ -n "$(${inner()})" ]]`,
    () => `sh -c '${inner().replaceAll("'", "")}'`,
    () => `cat <(${inner()})`,
    () => `! ${inner()}`,
    () => `cat <<E\n\\$(${inner()}) \\\\$(${inner()})\nE\n`,
    () => `wc() { ${inner()}; }; n=$(wc -l < x); echo $((n))`,
    () => `n=$(${inner()} | wc -l); echo $((n + 1)); ${inner()}`,
    () => `ls x | while read -r l; do ${inner()}; done`,
    () => `find x -exec sh -c '${inner().replaceAll("'", "")}' \\;`,
    () => `PAGER=cat CI=1 ${inner()}`,
    () => `echo {a,b}$(${inner()})`,
    () => `echo \${x:-$(${inner()})}`,
    () => `${inner()} # ${inner().replaceAll("\n", " ")}`,
  ];
  return pick(random, shapes)();
}

function pick<Item>(random: () => number, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}
