/** One cell of the matrix: a session that is killed at one passage of one place, and what is wrong with what is left. */
import { rm } from "node:fs/promises";
import type { Workplace } from "../e2e/support/workplace.ts";
import { findComplaints } from "./checks.ts";
import { readEvidence } from "./evidence.ts";
import { makePlace } from "./place.ts";
import { playSession } from "./session.ts";

export interface Played extends AsyncDisposable {
  readonly place: Workplace;
  /** The failpoints that fired. */
  readonly fired: readonly string[];
  readonly complaints: readonly string[];
  readonly output: string;
}

/** The caller disposes of the place. Without failpoints the session is undisturbed; there is one for each side at most. */
export async function playFault(...failpoints: readonly string[]): Promise<Played> {
  const place = await makePlace();
  const story = await playSession(place, failpoints);
  const complaints = await complain();
  return {
    place,
    fired: story.fired,
    complaints,
    output: story.output,
    [Symbol.asyncDispose]: () => rm(place.folder, { recursive: true, force: true, maxRetries: 5 }),
  };

  async function complain(): Promise<string[]> {
    try {
      return await findComplaints(await readEvidence(place, story));
    } catch (error) {
      return [`the evidence can't be read: ${String(error)}`];
    }
  }
}
