/** A bare remote called `origin` in a test's folder, which writes down every push that it takes. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { git, type Workplace } from "./workplace.ts";

/** Answers with the refs that were pushed so far, a push a line. */
export function addOrigin(place: Workplace): () => string[] {
  const origin = join(place.folder, "origin.git");
  const log = join(place.folder, "pushed.txt");
  git(place, "init", "-q", "--bare", "--template=", origin);
  git(place, "remote", "add", "origin", origin);
  mkdirSync(join(origin, "hooks"));
  const hook = join(origin, "hooks/post-receive");
  writeFileSync(hook, `#!/bin/sh\nwhile read -r _ _ ref; do echo "$ref" >> '${log}'; done\n`);
  chmodSync(hook, 0o755);
  return () => (existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : []);
}
