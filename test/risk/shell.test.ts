import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { assessCommand } from "../../src/risk/shell.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "swarmux-risk-")));
afterAll(() => rmSync(root, { recursive: true, force: true }));
for (const folder of ["src/deep", "packages/a", ".hidden"])
  mkdirSync(join(root, folder), { recursive: true });
for (const file of ["src/a.ts", "src/b.ts", "run.sh", ".env", "key.pem"])
  writeFileSync(join(root, file), "x");
symlinkSync("/etc", join(root, "out"));
symlinkSync("src", join(root, "in"));
symlinkSync(".env", join(root, "plain"));

test("settings may be begun from an example, but never over those that are there", () => {
  expect(assessCommand("cp .env.example .env.test", { root }).risk).toBe("MEDIUM");
  expect(assessCommand("cp .env.example .env", { root }).risk).toBe("HIGH");
  expect(assessCommand("cp run.sh .env.test", { root }).risk).toBe("HIGH");
  expect(assessCommand("cp .env.example ../.env", { root }).risk).toBe("HIGH");
});

test("the top of the repository is the checkout, unless another repository is found first", () => {
  const inner = join(root, "nested/inner");
  mkdirSync(join(root, "nested/.git"), { recursive: true });
  mkdirSync(inner);
  const command = 'top=$(git rev-parse --show-toplevel); cat "$top/a.ts"';
  expect(assessCommand(command, { root: join(root, "nested") }).risk).toBe("LOW");
  expect(assessCommand(command, { root: inner }).risk).toBe("HIGH");
  expect(assessCommand(`cd nested && ${command}`, { root }).risk).toBe("HIGH");
  rmSync(join(root, "nested"), { recursive: true });
});

test.each([
  "ls -la src | head -3",
  "cat in/a.ts",
  'for f in src/*.ts; do wc -l "$f"; done',
  'x=src; cat "$x/a.ts"',
  "grep -rn 'rm -rf /' src",
  "rg -e a -g '*.ts' src",
  "find src -name '*.ts' -not -path '*/deep/*'",
  "git diff --stat main...HEAD -- src",
  "git log --oneline -5 && git status --short",
  "cd src && cat a.ts && cd .. && git status",
  "(cd src && ls); cat src/a.ts",
  "sed -n '1,20p' src/a.ts",
  "sed 's/a/b/g' src/a.ts",
  "awk '{print $1, $3}' src/a.ts",
  "jq -r '.scripts.test' package.json",
  "echo $(ls) $((1 + 2)) $?",
  "if [ -f src/a.ts ]; then echo y; else echo n; fi",
  "[[ -f src/a.ts && ! -d x ]] && echo y",
  "set -euo pipefail; true",
  "cat <<'E'\n$(rm -rf /)\nE",
  "npm --version",
])("LOW: %s", (command) => {
  const { risk, reasons, complete } = assessCommand(command, { root });
  expect({ risk, reasons, complete }).toEqual({ risk: "LOW", reasons: [], complete: true });
});

test.each([
  "npm test -- --run src/a.test.ts",
  "npx tsc --noEmit && npx vitest run src",
  "cd packages/a && npm run build",
  "node src/a.ts --flag x",
  "./run.sh",
  "bash run.sh arg",
  "python -m pytest -q",
  "make -j4 test",
  "go build ./...",
  "timeout 60 cargo test",
  "mkdir -p dist/x && cp src/a.ts dist/x/ && mv dist/x dist/y",
  "rm -rf dist node_modules",
  "for f in a b; do rm $f; done",
  "sed -i 's#a/b#c#g' src/a.ts src/b.ts",
  "echo x | tee -a notes.md",
  "npm test > log.txt 2>&1",
  "chmod +x run.sh",
  "git add src && git mv src/a.ts src/c.ts",
])("MEDIUM: %s", (command) => {
  expect(assessCommand(command, { root }).risk).toBe("MEDIUM");
});

test.each([
  // Text that is refused before it is parsed.
  ["-c ls", "begins with -"],
  ["+x", "begins with +"],
  ["ls\r", "U+000D"],
  ["ls \u001b[31m", "U+001B"],
  ["ls \u00a0x", "U+00A0"],
  ["ls \u200bx", "U+200B"],
  ["ls \u202e x", "U+202E"],
  ["ls \u{e0041}", "U+E0041"],
  ["ls \ufeff", "U+FEFF"],
  ["ls\ud800", "U+D800"],
  [`echo ${"x".repeat(65_536)}`, "64 KiB"],
  ["", "empty"],
  ["ls \\", "ends with a backslash"],
  ["echo $\\\n(rm x)", "continues a line"],
  // Syntax.
  ["echo 'a", "parse"],
  ["if true; then ls", "parse"],
  ["(( PATH = 1 ))", "can't be analysed"],
  ["echo $((a[0]))", "arithmetic"],
  ["echo ${x@P}", "can't be analysed"],
  ["echo ${!x}", "can't be analysed"],
  ["echo ${x:=y}", "can't be analysed"],
  ["ls @(a|b)", "can't be analysed"],
  ["cat <(git push)", "git push"],
  ["[[ 'a[$(id)]' -eq 0 ]]", "-eq"],
  ["[[ -v x ]]", "-v"],
  ["test -v 'a[$(id)]'", "-v"],
  ["[ 'a[$(id)]' = b ]", "a["],
  ["printf -v a x", "printf"],
  ["printf %n PATH", "%n"],
  ["echo x {fd}> y", "variable"],
  ["f() { git push; }; f", "git push"],
  ["case x in x) git push;; esac", "git push"],
  ["coproc git push", "git push"],
  ["x=1; echo ${x:-$(git push)}", "git push"],
  ["echo {a,$(git push)}", "braces"],
  ["cat <<E\n$(git push)\nE", "git push"],
  ["f() { f | f & }; f", "calls itself"],
  ["git() { git push; }; sh -c 'git status'", "calls itself"],
  // Command words.
  ["$x", "known only when it runs"],
  ["x=ls; $x", "known only when it runs"],
  ["$(echo rm) -rf src", "known only when it runs"],
  ["l?", "known only when it runs"],
  ["out/hosts", "outside"],
  ["frobnicate", "not known: frobnicate"],
  ["true; sudo ls", "sudo"],
  ["ls | sh", "reads from stdin"],
  ["find . | xargs rm", "another command lists"],
  ["eval ls", "eval"],
  // Variables.
  ["PATH=. ls", "PATH"],
  ["GIT_EXTERNAL_DIFF=x git diff", "GIT_EXTERNAL_DIFF"],
  ["npm_config_script_shell=x npm test", "npm_config"],
  ["IFS=/; ls", "IFS"],
  ["echo $SECRET", "$SECRET"],
  ["if true; then x=.; fi; cat $x/a", "known only"],
  ["x=a; x=/etc/passwd; cat $x", "outside"],
  ["for i in; do :; done; cat /$i", "known only"],
  ['for i in 1 2; do cat "$x"; x=/etc/passwd; done', "known only"],
  ["for PATH in a; do ls; done", "PATH"],
  ["x='*'; rm $x", "known only"],
  // Places.
  ["cat ../x", "outside"],
  ["cat /etc/passwd", "outside"],
  ["cat out/passwd", "outside"],
  ["cat */passwd", "outside"],
  ["cat src/../../x", "outside"],
  ["cat /et*/passwd", "outside"],
  ["cat ~/x", "home"],
  ["cd .. && ls", "leaves the checkout"],
  ["cd in && cat ../src/a.ts", "through a link"],
  ["cd nope; cat ../x", "outside"],
  ["cd src || true && cat ../../x", "outside"],
  ["while true; do cd src; done", "loop"],
  ["cd - && ls", "not fixed"],
  ["echo x > /etc/y", "outside"],
  ["echo x > out/y", "outside"],
  ["echo x >| $y", "known only"],
  ["cat < /etc/passwd", "outside"],
  ["echo x > /dev/tcp/1.1.1.1/80", "connection to 1.1.1.1"],
  ["cp /etc/passwd .", "outside"],
  ["cp -t /etc src/a.ts", "outside"],
  ["rm -rf .", "more than named"],
  ["rm -rf *", "more than named"],
  ["rm -rf src/..", "whole checkout"],
  // Secrets and protected files.
  ["cat .env", "secrets"],
  ["cat plain", "secrets"],
  ["cat .e*", "hidden"],
  ["cat *.pem", "secrets"],
  ["git show HEAD:.env", "secrets"],
  ["echo x >> .git/hooks/pre-commit", "protected"],
  ["cp src/a.ts .VSCODE/settings.json", "protected"],
  ["mv src/a.ts .bashrc", "protected"],
  ["touch .mcp.json", "protected"],
  // Options that run or write.
  ["sort --compress-program=x src/a.ts", "--compress-program"],
  ["rg --pre sh x", "--pre"],
  ["rg -z x", "-z"],
  ["grep -f /etc/passwd x", "outside"],
  ["grep -ie foo /etc/passwd", "outside"],
  ["find . -delete", "all that it finds"],
  ["find . -fprintf x y", "-fprintf"],
  ["sed 's/a/b/e' x", "not a plain one"],
  ["sed -n 'w x' src/a.ts", "not a plain one"],
  ["sed 's/a/b/;e id' x", "not a plain one"],
  ["awk 'BEGIN{system(\"id\")}'", "more than print"],
  ["uniq src/a.ts x", "more operands"],
  ["date -f .env", "-f"],
  ["jq -n env", "more than its input"],
  ["git -c core.pager=x log", "core.pager"],
  ["git -p log", "-p"],
  ["git diff --output=x", "--output"],
  ["git diff --ext-diff", "--ext-diff"],
  ["git grep -Osh x", "-O"],
  ["git push", "git push"],
  ["node -e 'fetch(1)'", "from its arguments"],
  ["node --import ./x.js src/a.ts", "--import"],
  ["echo 1 | node -", "stdin"],
  ["python -c 'exec(1)'", "from its arguments"],
  ["npx cowsay", "may download"],
  ["npx tsc@1", "may download"],
  ["npm install x", "not pinned"],
  ["npm test --script-shell=x", "--script-shell"],
  ["npm run deploy", "by its name"],
  ["npm test -- --config=/etc/x", "outside"],
  ["make SHELL=x", "SHELL=x"],
  ["make --eval=x", "--eval"],
  ["go test -exec x ./...", "-exec"],
  ["cargo test --config x", "--config"],
  ["vitest --outputFile ../x", "outside"],
  ["timeout -s KILL 5 git push", "git push"],
])("HIGH: %j, because of %j", (command, why) => {
  const { risk, reasons } = assessCommand(command, { root });
  expect(risk).toBe("HIGH");
  expect(reasons.join("\n")).toContain(why);
});

test("a name that begins with a dash makes a wildcard HIGH", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "swarmux-risk-")));
  expect(assessCommand("sort *", { root: folder }).risk).toBe("LOW");
  writeFileSync(join(folder, "--compress-program=x"), "");
  expect(assessCommand("sort *", { root: folder }).risk).toBe("HIGH");
  rmSync(folder, { recursive: true });
});

test("a folder that does not exist is HIGH for every command", () => {
  expect(assessCommand("true", { root: join(root, "nope") }).risk).toBe("HIGH");
});

test("a script of package.json that reaches outside is HIGH, with its hooks", () => {
  const scripts = {
    build: "tsc",
    ship: "docker build .",
    check: "eslint .",
    precheck: "npm publish",
  };
  const of = (command: string) => assessCommand(command, { root, scripts }).risk;
  expect(["npm run build", "npm run ship", "npm run check", "yarn run ship"].map(of)).toEqual([
    "MEDIUM",
    "HIGH",
    "HIGH",
    "HIGH",
  ]);
});
