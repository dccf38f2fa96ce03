/** One cell of the matrix: a session that is killed at one passage of one place, and what is wrong with what is left. */
import { rm } from "node:fs/promises";
import type { Workplace } from "../e2e/support/workplace.ts";
import { findComplaints } from "./checks.ts";
import { readEvidence } from "./evidence.ts";
import { makePlace } from "./place.ts";
import { playSession } from "./session.ts";

export interface Played extends AsyncDisposable {
  readonly place: Workplace;
  readonly fired: boolean;
  readonly complaints: readonly string[];
  readonly output: string;
}

/** The caller disposes of the place. Without a `failpoint` the session is undisturbed. */
export async function playFault(failpoint?: string): Promise<Played> {
  const place = await makePlace();
  const story = await playSession(place, failpoint);
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
