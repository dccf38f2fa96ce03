/**
 * The configuration files: the user's, then the project's, which can only narrow what the user's allows.
 * Unknown keys and bad values are errors that name file, line and fix.
 */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse, TomlError } from "smol-toml";
import { z } from "zod";
import { SwarmError } from "./errors.ts";
import { GrantName, type RuleText, Verdict } from "./permissions.ts";
import { lineOf, linesOfItems } from "./toml-lines.ts";

const Price = z.strictObject({
  input: z.number(),
  output: z.number(),
  cache_write: z.number().optional(),
  cache_read: z.number().optional(),
});

/** Prices by model, in US dollars for a million tokens. */
export type Prices = Readonly<Record<string, z.infer<typeof Price>>>;

/** A path below the top folder of the repository. */
const Below = z
  .string()
  .refine((path) => path !== "" && !path.startsWith("/") && !path.split("/").includes(".."), {
    error: "name a path below the top folder of the repository, without a leading / and without ..",
  });

/** What a checkout gets besides the files of its commit. */
const CheckoutConfig = z.strictObject({
  /** Ignored folders that are linked in; left out, dependency folders are found. */
  link: z.array(Below).optional(),
  /** Ignored files and folders that are copied in. */
  copy: z.array(Below).optional(),
  /** Runs in each new checkout. */
  setup: z.string().optional(),
});

/** Rules of the three kinds, in the field's syntax: `Bash(npm test:*)`. A project's may not allow; `parseRule` says so. */
const Permissions = z.strictObject({
  allow: z.array(z.string()).optional(),
  ask: z.array(z.string()).optional(),
  deny: z.array(z.string()).optional(),
  grant: GrantName.optional(),
});

const UserConfig = z.strictObject({
  model: z.string().optional(),
  coordinator_model: z.string().optional(),
  workers: z.int().positive().optional(),
  budget: z.number().positive().optional(),
  token_budget: z.int().positive().optional(),
  /** US dollars for one task of a worker. */
  task_budget: z.number().positive().optional(),
  checks: z.array(z.string()).optional(),
  checkout: CheckoutConfig.optional(),
  permissions: Permissions.optional(),
  /** Paths of prompt files that replace the ones swarmux comes with. */
  prompts: z
    .strictObject({ coordinator: z.string().optional(), worker: z.string().optional() })
    .optional(),
  /** How the person is called when something waits: a command of theirs, a topic of an ntfy server. */
  notify: z.strictObject({ command: z.string().optional(), ntfy: z.url().optional() }).optional(),
  tmux: z.strictObject({ prefix: z.string().optional() }).optional(),
  display: z
    .strictObject({
      theme: z.enum(["dark", "light"]).optional(),
      motion: z.enum(["full", "reduced"]).optional(),
    })
    .optional(),
  /** US dollars for a million tokens, for models that swarmux has no price of. */
  prices: z.record(z.string(), Price).optional(),
});
type UserConfig = z.infer<typeof UserConfig>;

const ProjectConfig = UserConfig.pick({
  workers: true,
  budget: true,
  token_budget: true,
  task_budget: true,
  checks: true,
  checkout: true,
  permissions: true,
});
type ProjectConfig = z.infer<typeof ProjectConfig>;

export interface Config {
  readonly user: UserConfig;
  readonly project: ProjectConfig;
  /** The permission rules of both, as they are written. */
  readonly rules: readonly RuleText[];
}

/** Reads both files; a missing one is empty. Throws `SwarmError("config")`. */
export function loadConfig(env: NodeJS.ProcessEnv, repoRoot: string | undefined): Config {
  const home = env["HOME"] ?? homedir();
  const userPath =
    env["SWARMUX_CONFIG"] ??
    join(env["XDG_CONFIG_HOME"] ?? join(home, ".config"), "swarmux", "config.toml");
  const user = readConfig(userPath, UserConfig, env["SWARMUX_CONFIG"] !== undefined);
  const ofUser = rulesOf(user, { file: userPath, scope: "user" });
  if (repoRoot === undefined) return { user: user.values, project: {}, rules: ofUser };
  const file = join(repoRoot, ".swarmux", "config.toml");
  const project = readConfig(file, ProjectConfig, false);
  const rules = [...ofUser, ...rulesOf(project, { file, scope: "project" })];
  return { user: user.values, project: project.values, rules };
}

function rulesOf(
  { values, text }: Read<ProjectConfig>,
  where: Omit<RuleText["origin"], "line">,
): readonly RuleText[] {
  return Verdict.options.flatMap((verdict) => {
    const rules = values.permissions?.[verdict] ?? [];
    const lines = linesOfItems(text, `permissions.${verdict}`);
    return rules.map((rule, at) => {
      return { verdict, text: rule, origin: { ...where, line: lines[at] ?? 1 } };
    });
  });
}

/** The lower of the two, where both are set: a project can tighten a limit and never lift one. */
export function narrower(user: number | undefined, project: number | undefined) {
  if (user === undefined) return project;
  return project === undefined ? user : Math.min(user, project);
}

interface Read<Values> {
  readonly values: Values;
  readonly text: string;
}

function readConfig<Shape extends z.ZodObject>(
  path: string,
  shape: Shape,
  mustExist: boolean,
): Read<z.infer<Shape>> {
  if (!existsSync(path)) {
    if (!mustExist) return { values: shape.parse({}), text: "" };
    throw new SwarmError("config", `There is no configuration file at ${path}.`, {
      mend: "unset SWARMUX_CONFIG, or point it at a file that exists",
    });
  }
  const text = readFileSync(path, "utf8");
  const result = shape.safeParse(parseToml(path, text));
  if (result.success) return { values: result.data, text };
  const issue = result.error.issues[0];
  const key =
    issue?.code === "unrecognized_keys" ? (issue.keys[0] ?? "") : (issue?.path.join(".") ?? "");
  const known = knownKeys(shape, issue?.path ?? []).join(", ");
  const fix =
    issue?.code === "unrecognized_keys"
      ? `remove it, or use one of: ${known}`
      : (issue?.message ?? "correct its value");
  throw new SwarmError("config", `${path}:${lineOf(text, key)}: "${key}" can't be used here.`, {
    mend: fix,
  });
}

/** The keys that a table at `path` may have. */
function knownKeys(shape: z.ZodObject, path: readonly PropertyKey[]): string[] {
  const [first] = path;
  const inner = first === undefined ? undefined : shape.shape[String(first)];
  const table = inner instanceof z.ZodOptional ? inner.unwrap() : inner;
  return Object.keys(table instanceof z.ZodObject ? table.shape : shape.shape);
}

function parseToml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new SwarmError(
      "config",
      `${path}:${error.line}:${error.column}: this is not TOML: ${error.message.split("\n")[0]}.`,
      { mend: `edit line ${error.line} of ${path}`, cause: error },
    );
  }
}
