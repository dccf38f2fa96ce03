/** The file that lets the held workers of a scenario go on. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Workplace } from "./workplace.ts";

export function goEnvironment({ folder }: Workplace): { GO_FILE: string } {
  return { GO_FILE: join(folder, "go") };
}

export function go(place: Workplace): void {
  writeFileSync(goEnvironment(place).GO_FILE, "");
}
