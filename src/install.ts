/** Where this copy of swarmux lives: the same answers from `src/` as from the bundle in `dist/`. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder that holds package.json, prompts/ and bin/. */
export const INSTALL_ROOT = findRoot(import.meta.dirname);

/** What a process of ours may be, and the file that it begins with. The last one's bundle is made last, and its age is the build's. */
export const PROGRAMS = {
  worker: "src/worker/main.ts",
  coordinator: "src/cli/coordinator-process.ts",
  swarmux: "src/cli/main.ts",
} as const;

/** Path of the program, in the form this process itself was started from. */
export function programPath(name: keyof typeof PROGRAMS): string {
  const isSource = import.meta.filename.endsWith(".ts");
  return join(INSTALL_ROOT, isSource ? PROGRAMS[name] : `dist/${name}.js`);
}

/** The command line that starts `name` with this process's own Node. */
export function programArgv(name: keyof typeof PROGRAMS, args: readonly string[]): string[] {
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
