/** Where this copy of swarmux lives: the same answers from `src/` as from the bundle in `dist/`. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder that holds package.json, prompts/ and bin/. */
export const INSTALL_ROOT = findRoot(import.meta.dirname);

/** Path of the program `name` (`swarmux`, `worker`), in the form this process itself was started from. */
export function programPath(name: "swarmux" | "worker"): string {
  if (import.meta.filename.endsWith(".ts")) {
    return join(INSTALL_ROOT, name === "worker" ? "src/worker/main.ts" : "src/cli/main.ts");
  }
  return join(INSTALL_ROOT, "dist", `${name}.js`);
}

/** The command line that starts `name` with this process's own Node. */
export function programArgv(name: "swarmux" | "worker", args: readonly string[]): string[] {
  return [process.execPath, "--disable-warning=ExperimentalWarning", programPath(name), ...args];
}

export function readPackageVersion(): string {
  const text = readFileSync(join(INSTALL_ROOT, "package.json"), "utf8");
  const { version }: { version?: unknown } = JSON.parse(text);
  return String(version);
}

function findRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (dirname(folder) === folder) throw new Error(`no package.json above ${from}`);
  }
}
