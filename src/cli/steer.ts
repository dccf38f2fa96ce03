/** `swarmux tell`, `stop` and `answer`: a person's words and decisions from any terminal. */

import { askCoordinator } from "./ask.ts";
import type { Output } from "./output.ts";
import { viewSession } from "./session-view.ts";

interface Named {
  readonly session?: string;
}

export async function tell(output: Output, said: { to: string; text: string } & Named) {
  const view = await viewSession(said.session);
  output.note(await askCoordinator(view, { type: "tell", to: said.to, text: said.text }));
}

export async function stop(output: Output, said: { worker: string | undefined } & Named) {
  const view = await viewSession(said.session);
  output.note(await askCoordinator(view, { type: "stop", worker: said.worker ?? null }));
}

export async function answer(output: Output, said: { question: string; text: string } & Named) {
  const view = await viewSession(said.session);
  const { question, text } = said;
  output.note(await askCoordinator(view, { type: "answer", question, text }));
}

export async function pause(output: Output, said: { worker: string | undefined } & Named) {
  const view = await viewSession(said.session);
  output.note(await askCoordinator(view, { type: "pause", worker: said.worker ?? null }));
}

export async function goOn(output: Output, said: { worker: string | undefined } & Named) {
  const view = await viewSession(said.session);
  output.note(await askCoordinator(view, { type: "continue", worker: said.worker ?? null }));
}
