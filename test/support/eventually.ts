/** Waiting for what comes to be, on a machine that may be busy with something else. */
import { vi } from "vitest";
import { PATIENCE_MS } from "./patience.ts";

/** What `look` returns once it does not throw any more. It is called every `interval` ms. */
export function eventually<Found>(
  look: () => Found | Promise<Found>,
  { interval = 50 }: { readonly interval?: number } = {},
): Promise<Found> {
  return vi.waitFor(look, { timeout: PATIENCE_MS, interval });
}
