/** The files that git tracks in a checkout. */
import { git } from "./git.ts";
import { splitZero } from "./repository.ts";

/** Paths relative to the checkout's top folder. */
export async function listTracked(checkout: string): Promise<string[]> {
  return splitZero(await git(checkout, ["ls-files", "-z"]));
}
