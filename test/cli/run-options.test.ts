import { expect, test } from "vitest";
import { type ResolvedRun, type RunFlags, resolveRun } from "../../src/cli/run-options.ts";
import { complaint, createPlace } from "./support.ts";

type Files = Parameters<typeof createPlace>[0];
type Options = Partial<ResolvedRun["options"]>;

function options(flags: RunFlags, files: Files = {}): ResolvedRun["options"] {
  return resolveRun(flags, { ...createPlace(files), isTerminal: false }).options;
}

const GRANT = (name: string) => `[permissions]\ngrant = "${name}"`;
const NPM = JSON.stringify({ scripts: { test: "vitest" } });

test("without flags and files it has defaults, and the checks that the repository brings", () => {
  expect(options({}, { npm: NPM })).toEqual({
    workers: 4,
    model: "claude-sonnet-5-5",
    coordinator_model: "claude-opus-5-5",
    offline: false,
    checks: ["npm test"],
    checks_from: "repository",
    checkout: { link: null, copy: [], setup: null, setup_from: "person" },
    allow_red: false,
    budget: null,
    token_budget: null,
    time_budget_ms: null,
    yes: false,
    panes: "tmux",
    headless: false,
    on_high: "ask",
    grant: "full",
    no_shell: false,
    task_budget: null,
  });
});

test.each<[string, RunFlags, Files, Options]>([
  [
    "a flag comes before both files",
    { workers: "6" },
    { user: "workers = 3", project: "workers = 2" },
    { workers: 6 },
  ],
  [
    "the user's file comes before the default",
    {},
    { user: "workers = 3\nbudget = 5\ntoken_budget = 9" },
    { workers: 3, budget: 5, token_budget: 9 },
  ],
  [
    "a project narrows what the user allows",
    {},
    { user: "workers = 3\nbudget = 5", project: "workers = 2\nbudget = 1.5" },
    { workers: 2, budget: 1.5 },
  ],
  [
    "a project can't widen it",
    {},
    { user: "workers = 3\nbudget = 5", project: "workers = 9\nbudget = 50\ntoken_budget = 7" },
    { workers: 3, budget: 5, token_budget: 7 },
  ],
  ["a project's limit holds where the user has none", {}, { project: "budget = 2" }, { budget: 2 }],
  [
    "a project says what its checkouts need, and its setup is judged",
    {},
    {
      user: '[checkout]\nlink = ["a"]\ncopy = [".env"]\nsetup = "true"',
      project: '[checkout]\nlink = ["b"]\ncopy = ["c.local"]\nsetup = "make deps"',
    },
    {
      checkout: {
        link: ["b"],
        copy: [".env", "c.local"],
        setup: "make deps",
        setup_from: "repository",
      },
    },
  ],
  [
    "a person's checks are a person's",
    { check: ["make a", "make b"] },
    { user: 'checks = ["make c"]', npm: NPM },
    { checks: ["make a", "make b"], checks_from: "person" },
  ],
  [
    "the user's checks are a person's",
    {},
    { user: 'checks = ["make c"]', npm: NPM },
    { checks: ["make c"], checks_from: "person" },
  ],
  [
    "the project's checks come before the user's",
    {},
    { user: 'checks = ["make c"]', project: 'checks = ["make d"]' },
    { checks: ["make d"], checks_from: "repository" },
  ],
  [
    "no checks are what the user said too",
    {},
    { user: "checks = []", npm: NPM },
    { checks: [], checks_from: "person" },
  ],
  [
    "the project's checks are the repository's",
    {},
    { project: 'checks = ["make d"]', npm: NPM },
    { checks: ["make d"], checks_from: "repository" },
  ],
  [
    "the user's model",
    {},
    { user: 'model = "a"\ncoordinator_model = "b"' },
    { model: "a", coordinator_model: "b" },
  ],
  ["a model for all", { model: "qwen" }, {}, { model: "qwen", coordinator_model: "qwen" }],
  [
    "a model for each",
    { model: "a", coordinatorModel: "b" },
    {},
    { model: "a", coordinator_model: "b" },
  ],
  [
    "offline comes before every model",
    { offline: true, model: "a", coordinatorModel: "b" },
    {},
    { offline: true, model: "offline", coordinator_model: "offline" },
  ],
  [
    "headless implies no panes and a yes",
    { headless: true, panes: "tmux" },
    {},
    { headless: true, panes: "none", yes: true },
  ],
  [
    "panes and gates as they are said",
    { panes: "none", onHigh: "deny", yes: true, allowRed: true },
    {},
    { panes: "none", on_high: "deny", yes: true, allow_red: true },
  ],
  ["a time in parts", { timeBudget: "1h30m" }, {}, { time_budget_ms: 5_400_000 }],
  ["a time in seconds", { timeBudget: "90s" }, {}, { time_budget_ms: 90_000 }],
  ["the grant of a flag", { grant: "edit" }, { user: GRANT("read-only") }, { grant: "edit" }],
  [
    "a project narrows the grant",
    {},
    { user: GRANT("edit"), project: GRANT("read-only") },
    { grant: "read-only" },
  ],
  [
    "a project can't widen the grant",
    {},
    { user: GRANT("edit"), project: GRANT("full") },
    { grant: "edit" },
  ],
  [
    "without a shell, the repository's checks are left out",
    { shell: false },
    { npm: NPM },
    { no_shell: true, checks: [] },
  ],
  [
    "without a shell, a person's checks run",
    { shell: false, check: ["make a"] },
    { npm: NPM },
    { checks: ["make a"], checks_from: "person" },
  ],
  [
    "a task's budget",
    {},
    { user: "task_budget = 2", project: "task_budget = 1.5" },
    { task_budget: 1.5 },
  ],
  ["budgets", { budget: "2.5", tokenBudget: "1000" }, {}, { budget: 2.5, token_budget: 1_000 }],
])("%s", (_name, ...[flags, files, expected]) => {
  expect(options(flags, files)).toMatchObject(expected);
});

test("prompts and the tmux prefix come from the user's file", () => {
  const place = createPlace({ user: '[prompts]\nworker = "/w.md"\n[tmux]\nprefix = "C-a"' });
  const { prompts, tmuxPrefix } = resolveRun({}, { ...place, isTerminal: true });
  expect({ prompts, tmuxPrefix }).toEqual({
    prompts: { coordinator: undefined, worker: "/w.md" },
    tmuxPrefix: "C-a",
  });
});

test("the checks that are left out are named, and rules come from both files", () => {
  const place = createPlace({
    npm: NPM,
    user: '[permissions]\nallow = ["Bash(git push:*)"]',
    project: '[permissions]\nask = ["Bash(npm publish:*)"]',
  });
  const { leftOut, rules } = resolveRun({ grant: "read-only" }, { ...place, isTerminal: true });
  expect(leftOut).toEqual(["npm test"]);
  expect(rules.map(({ verdict, pattern }) => [verdict, pattern])).toEqual([
    ["allow", "git push:*"],
    ["ask", "npm publish:*"],
  ]);
});

test.each<[Files, RegExp]>([
  [
    { user: '[permissions]\ndeny = [\n  "Bash(npm test:*)",\n  "bash",\n]' },
    /config\.toml:4: the rule "bash"/,
  ],
  [
    { project: '[permissions]\nallow = ["Bash(make)"]' },
    /\.swarmux\/config\.toml:2: .*only ask or deny/,
  ],
])("R3: a malformed rule stops the start with file, line and fix", (files, text) => {
  const said = complaint(() => options({}, files));
  expect(said.kind).toBe("config");
  expect(`${said.text} ${said.mend}`).toMatch(text);
});

test.each<[RunFlags, RegExp]>([
  [{ workers: "many" }, /^--workers takes a number above 0, not many/],
  [{ workers: "0" }, /^--workers takes a number above 0, not 0/],
  [{ workers: "2.5" }, /^--workers takes a whole number, not 2\.5/],
  [{ workers: "" }, /^--workers takes a number above 0/],
  [{ budget: "-1" }, /^--budget takes a number above 0, not -1/],
  [{ budget: "Infinity" }, /^--budget takes a number above 0/],
  [{ tokenBudget: "1.5" }, /^--token-budget takes a whole number/],
  [{ timeBudget: "soon" }, /^--time-budget takes a time like 45m or 1h30m, not soon/],
  [{ timeBudget: "45 m" }, /^--time-budget/],
  [{ timeBudget: "45" }, /^--time-budget/],
  [{ panes: "iterm" }, /^--panes iterm is not known/],
  [{ grant: "all" }, /^--grant all is not known/],
  [{ taskBudget: "0" }, /^--task-budget takes a number above 0/],
  [{ onHigh: "allow" }, /^--on-high allow is not known/],
])("a bad value names its flag and a good one: %o", (flags, text) => {
  const said = complaint(() => options(flags));
  expect(said.kind).toBe("usage");
  expect(said.text).toMatch(text);
  expect(said.mend).toMatch(/^--[a-z-]+ \S+/);
});

test("a project can't hand a file of secrets to agents", () => {
  const place = createPlace({ project: '[checkout]\ncopy = ["conf/.env.local"]' });
  expect(complaint(() => resolveRun({}, { ...place, isTerminal: false }))).toEqual({
    kind: "config",
    text: `${place.projectConfig}: checkout.copy can't hand conf/.env.local to agents.`,
    mend: 'put "conf/.env.local" into checkout.copy of your own configuration, if agents may read it',
  });
});

test("what a checkout gets lies below the top folder", () => {
  const place = createPlace({ user: '[checkout]\ncopy = ["../outside"]' });
  expect(complaint(() => resolveRun({}, { ...place, isTerminal: false }))).toMatchObject({
    kind: "config",
    text: `${place.userConfig}:2: "checkout.copy.0" can't be used here.`,
  });
});
