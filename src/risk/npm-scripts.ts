/** The npm scripts of a checkout, so that the risk of `npm run x` is that of what it starts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const Package = z.object({ scripts: z.record(z.string(), z.string()) });

/** Empty where there is no package.json with scripts that can be read. */
export function loadScripts(root: string): { scripts?: Readonly<Record<string, string>> } {
  try {
    return {
      scripts: Package.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8"))).scripts,
    };
  } catch {
    return {};
  }
}
