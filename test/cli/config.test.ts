import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig, narrower } from "../../src/config.ts";
import { complaint, createPlace } from "./support.ts";

test("both files are read, and missing ones are empty", () => {
  const both = createPlace({ user: 'model = "a"', project: "workers = 2" });
  const none = createPlace();
  expect([
    loadConfig(both.env, both.repoRoot),
    loadConfig(both.env, undefined),
    loadConfig(none.env, none.repoRoot),
  ]).toEqual([
    { user: { model: "a" }, project: { workers: 2 }, rules: [] },
    { user: { model: "a" }, project: {}, rules: [] },
    { user: {}, project: {}, rules: [] },
  ]);
});

test("SWARMUX_CONFIG stands for the user's file, and has to be there", () => {
  const { env, repoRoot, projectConfig } = createPlace({
    user: "workers = 1",
    project: "workers = 7",
  });
  const other = { ...env, SWARMUX_CONFIG: projectConfig };
  const missing = { ...env, SWARMUX_CONFIG: join(repoRoot, "gone.toml") };
  expect(loadConfig(other, undefined).user).toEqual({ workers: 7 });
  expect(complaint(() => loadConfig(missing, undefined))).toMatchObject({
    kind: "config",
    text: expect.stringContaining("gone.toml"),
  });
});

test.each<[string, string, number, RegExp]>([
  [
    "a key that nobody knows",
    "workers = 2\nworkerz = 3\n",
    2,
    /"workerz" can't be used.*one of: model, /s,
  ],
  ["a key within a table", '[tmux]\nprefx = "C-a"\n', 2, /"prefx" can't be used/],
  [
    "a value of another kind",
    '# workers\nmodel = "a"\nworkers = "two"\n',
    3,
    /"workers" can't be used/,
  ],
  ["no workers at all", "workers = 0\n", 1, /"workers" can't be used/],
  ["half a worker", "workers = 1.5\n", 1, /"workers" can't be used/],
  ["a budget below nothing", 'model = "a"\nbudget = -1\n', 2, /"budget" can't be used/],
  [
    "a key whose name begins another's",
    'coordinator_model = "a"\n[prompts]\ncoordinator = 3\n',
    3,
    /"prompts\.coordinator" can't/,
  ],
  ["a value in a list", 'model = "a"\n\nchecks = ["make", 3]\n', 3, /"checks\.1" can't be used/],
  [
    "rules that are no list",
    '[permissions]\ndeny = "Bash"\n',
    2,
    /"permissions\.deny" can't be used/,
  ],
  [
    "a rule that is no text",
    "[permissions]\nask = []\ndeny = [1]\n",
    3,
    /"permissions\.deny\.0" can't be used/,
  ],
  [
    "a kind of rule that nobody knows",
    '[permissions]\nforbid = ["Bash"]\n',
    2,
    /"forbid" can't be used.*one of: allow, ask, deny/s,
  ],
  ["a grant that nobody knows", '[permissions]\ngrant = "all"\n', 2, /"permissions\.grant" can't/],
  ["what is not TOML", 'model = "a"\nworkers =\n', 2, /this is not TOML/],
])("%s is refused with file, line and fix", (_name, ...[user, line, text]) => {
  const { env, userConfig } = createPlace({ user });
  const said = complaint(() => loadConfig(env, undefined));
  expect(said.kind).toBe("config");
  expect(said.text.slice(0, userConfig.length + 3)).toBe(`${userConfig}:${line}:`);
  expect(`${said.text}\n${said.mend}`).toMatch(text);
  expect(said.mend).not.toBe("");
});

test("rules of both files come with the line that each stands on", () => {
  const { env, repoRoot, userConfig, projectConfig } = createPlace({
    user: `model = "a"
[permissions]
deny = [
  "Bash(curl:*)", "Read(.env)",
  'Edit(infra/**)',  # "Bash"
  "Bash",
]
ask = ["Bash", "Bash"]
`,
    project: 'permissions = { deny = ["Bash(npm publish)"] }\n',
  });
  const { rules } = loadConfig(env, repoRoot);
  expect(
    rules.map(({ verdict, text, origin }) => [verdict, text, origin.line, origin.scope]),
  ).toEqual([
    ["ask", "Bash", 8, "user"],
    ["ask", "Bash", 8, "user"],
    ["deny", "Bash(curl:*)", 4, "user"],
    ["deny", "Read(.env)", 4, "user"],
    ["deny", "Edit(infra/**)", 5, "user"],
    ["deny", "Bash", 6, "user"],
    ["deny", "Bash(npm publish)", 1, "project"],
  ]);
  expect(new Set(rules.map(({ origin }) => origin.file))).toEqual(
    new Set([userConfig, projectConfig]),
  );
});

test.each(["model", "prompts", "tmux", "prices", "coordinator_model"])(
  "a project's file can't set %s",
  (key) => {
    const { env, repoRoot, projectConfig } = createPlace({
      project: `workers = 2\n${key} = "x"\n`,
    });
    const said = complaint(() => loadConfig(env, repoRoot));
    expect(said.text).toBe(`${projectConfig}:2: "${key}" can't be used here.`);
  },
);

test.each<[number | undefined, number | undefined, number | undefined]>([
  [undefined, undefined, undefined],
  [3, undefined, 3],
  [undefined, 2, 2],
  [3, 2, 2],
  [2, 3, 2],
])("of %s and %s the narrower is %s", (user, project, expected) => {
  expect(narrower(user, project)).toBe(expected);
});
