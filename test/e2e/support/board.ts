/** A board with a task in every group, and a person who looks at it: the scenario `board`. */
import { loadScenario } from "../../../src/offline/scenario.ts";
import { type OfflineServer, openOfflineServer } from "../../../src/offline/server.ts";
import type { Person } from "./person.ts";
import { scripted } from "./swarmux.ts";
import type { Files } from "./workplace.ts";

export const BOARD_FILES: Files = { "a.txt": "one\n", "b.txt": "one\n", "cart.ts": "one\n" };

/** A server whose answers are on the bill, for `sitDown`. */
export async function openPaidModel(
  scenario: string,
  options: Omit<Parameters<typeof openOfflineServer>[0], "scenario"> = {},
): Promise<OfflineServer> {
  const path = scripted(scenario).env["SWARMUX_SCENARIO"] ?? "";
  return openOfflineServer({ scenario: await loadScenario(path), ...options });
}

/** Waits until each task stands where it stays. */
export async function seesBoard(person: Person): Promise<void> {
  for (const row of [/✓ t1 /, /⧗ ben-1 /, /● running +t3 Bash/, /✗ t4 /, /✓ to merge +t5/]) {
    await person.sees(row);
  }
}
