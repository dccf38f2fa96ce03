/** The checks a repository brings: what its own people would run before a merge. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const NPM_PLACEHOLDER = "no test specified";
/** Scripts of package.json that check something, in the order they run. */
const SCRIPTS = ["typecheck", "lint", "test"] as const;

/** Commands to run in the root of the repository; empty when nothing is found. */
export function findChecks(root: string): string[] {
  const checks = [...npmChecks(root)];
  if (existsSync(join(root, "Cargo.toml"))) checks.push("cargo test");
  if (existsSync(join(root, "go.mod"))) checks.push("go test ./...");
  if (hasPytest(root)) checks.push("pytest");
  if (checks.length === 0 && makesTest(root)) checks.push("make test");
  return checks;
}

function npmChecks(root: string): string[] {
  const path = join(root, "package.json");
  if (!existsSync(path)) return [];
  let scripts: Record<string, unknown>;
  try {
    const parsed: { scripts?: Record<string, unknown> } = JSON.parse(readFileSync(path, "utf8"));
    scripts = parsed.scripts ?? {};
  } catch {
    return [];
  }
  return SCRIPTS.filter((name) => {
    const script = scripts[name];
    return typeof script === "string" && !script.includes(NPM_PLACEHOLDER);
  }).map((name) => (name === "test" ? "npm test" : `npm run ${name}`));
}

function hasPytest(root: string): boolean {
  if (existsSync(join(root, "pytest.ini")) || existsSync(join(root, "conftest.py"))) return true;
  const pyproject = join(root, "pyproject.toml");
  return existsSync(pyproject) && readFileSync(pyproject, "utf8").includes("[tool.pytest");
}

function makesTest(root: string): boolean {
  const makefile = join(root, "Makefile");
  return existsSync(makefile) && /^test:/m.test(readFileSync(makefile, "utf8"));
}
