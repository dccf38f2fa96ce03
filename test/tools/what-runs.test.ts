import { expect, test } from "vitest";
import { toolEnvironment } from "../../src/risk/environment.ts";
import { bashTool } from "../../src/tools/bash.ts";
import { createWorkspace } from "./workspace.ts";

test("R4: bash gets the very text, as one argument behind --, without profile or rc file", async () => {
  const work = createWorkspace();
  const command = `tr '\\0' '\\n' < /proc/$$/cmdline; echo "$-"  # ünd "so"`;
  const [shell, ...rest] = (await work.call(bashTool, { command })).split("\n");
  expect(shell).toBe("/bin/bash");
  expect(rest.slice(0, 5)).toEqual(["--noprofile", "--norc", "-c", "--", command]);
  expect(rest[5]).not.toContain("i");
});

test("R4: no call sees what another has set", async () => {
  const work = createWorkspace();
  await work.call(bashTool, { command: "export KEPT=1; cd /; kept() { :; }" });
  const said = await work.call(bashTool, {
    command: 'echo "${KEPT-none} $(type -t kept || echo none) $PWD"',
  });
  expect(said).toContain(`none none ${work.root}\n`);
});

test("R4: a command that begins with a dash is no option of bash", async () => {
  const work = createWorkspace();
  expect(await work.failure(bashTool, { command: "-c 'echo ran'" })).toMatch(
    /-c: command not found/,
  );
});

test("R4: variables that make bash run something else reach no command", () => {
  const env = toolEnvironment({
    PATH: "/bin",
    BASH_ENV: "/x",
    ENV: "/x",
    "BASH_FUNC_ls%%": "() { id; }",
    LD_PRELOAD: "/x.so",
    NODE_OPTIONS: "--require /x",
    GIT_CONFIG_COUNT: "1",
    PROMPT_COMMAND: "id",
    SHELLOPTS: "xtrace",
    IFS: "x",
  });
  expect(Object.keys(env).toSorted()).toEqual(
    ["GIT_PAGER", "GIT_TERMINAL_PROMPT", "NO_COLOR", "PAGER", "PATH", "TERM"].toSorted(),
  );
});
