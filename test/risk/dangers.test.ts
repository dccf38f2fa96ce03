import { expect, test } from "vitest";
import { assessAndMark } from "../../src/risk/dangers.ts";

const root = import.meta.dirname;

/** The command with its dangerous stretches in brackets. */
function marked(command: string): string {
  let at = 0;
  let text = "";
  for (const { from, to } of assessAndMark(command, { root }).dangers) {
    text += `${command.slice(at, from)}[${command.slice(from, to)}]`;
    at = to;
  }
  return text + command.slice(at);
}

test.each([
  ["ls -la", "ls -la"],
  ["git push origin main", "[git push origin main]"],
  ["ls && git push -f; echo done", "ls && [git push -f]; echo done"],
  [`${"ls; ".repeat(200)}rm -rf ~; ls`, `${"ls; ".repeat(200)}[rm -rf ~]; ls`],
  ["echo $(git push) > a.txt", "echo $([git push]) > a.txt"],
  ["rm -rf ~ $(git push)", "[rm -rf ~ $(git push)]"],
  ["bash -c 'ls; git push' && ls", "[bash -c 'ls; git push'] && ls"],
  ["echo x > ~/x | cat", "[echo x > ~/x] | cat"],
  ["if true; then git push; else ls; fi", "if true; then [git push]; else ls; fi"],
  ["for a in 1 2; do git push; done", "for a in 1 2; do [git push]; done"],
  ["cat <<E\n$(git push)\nE\nls", "cat <<E\n$([git push])\nE\nls"],
  ["cd .. && cat secrets", "[cd ..] && [cat secrets]"],
  ['ls; echo "', '[ls; echo "]'],
  ["ls\u202e; git push", "[ls\u202e]; [git push]"],
])("%j", (command, wanted) => {
  expect(marked(command)).toBe(wanted);
});
