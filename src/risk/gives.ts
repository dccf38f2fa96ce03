/** What an approved action gets beyond the sandbox, by the kinds of its causes; and which calls have to be asked for because of where they would run. */
import type { Assessment, Cause, CauseKind } from "./assessment.ts";
import type { Enclosure } from "./enclosure.ts";

/** `outside`: it runs outside the sandbox. Inside: `network` is this machine's, `protected` takes the locks off protected files. */
export type Gift = "outside" | "network" | "protected";

/**
 * Null is nothing: it stays inside as it is. What can't be analysed or is not known stays inside because nobody knows what it
 * is; what deletes or rewrites does so in the checkout; what is downloaded needs its registry, and nothing of the person's.
 */
const NEEDS: Readonly<Record<CauseKind, Gift | null>> = {
  remote: "outside",
  outside: "outside",
  secret: "outside",
  privilege: "outside",
  process: "outside",
  downloaded: "network",
  registry: "network",
  protected: "protected",
  irreversible: null,
  history: null,
  "unknown-program": null,
  unanalysable: null,
  reads: null,
  edit: null,
  "project-code": null,
};

/** What these causes take. Whatever runs outside needs nothing besides. */
export function giftsFor(causes: readonly Cause[]): readonly Gift[] {
  const needed = new Set(
    causes.flatMap(({ risk, kind }) => {
      const gift = risk === "HIGH" || takesNetwork(kind) ? NEEDS[kind] : null;
      return gift ?? [];
    }),
  );
  if (needed.has("outside")) return ["outside"];
  return (["network", "protected"] as const).filter((gift) => needed.has(gift));
}

/** In plain words, for whoever is asked. */
export function giftWords(gifts: readonly Gift[]): string {
  if (gifts.includes("outside")) {
    return "a yes runs it once outside the sandbox, as you: with your home folder, your SSH agent and the network, without ANTHROPIC_* and swarmux's keys";
  }
  const words = gifts.map((gift) => WORDS[gift]).join(" and ");
  return `a yes runs it once in the sandbox, with ${words === "" ? "its checkout and nothing else" : words}`;
}

const WORDS: Readonly<Record<Gift, string>> = {
  outside: "everything",
  network: "the network, this machine's own services included",
  protected: "the protected files of its checkout unlocked",
};

function takesNetwork(kind: CauseKind): boolean {
  return kind === "remote" || kind === "registry" || kind === "downloaded";
}

/**
 * The risk of a call where it would run. In a sandbox nothing has a network without a person's yes. Where the sandbox is
 * missing, so that project code would run as the person, that takes one as well.
 */
export function assessWhere(assessment: Assessment, kind: Enclosure["kind"]): Assessment {
  if (kind === "none" || kind === "outside") return assessment;
  const asked = (assessment.causes ?? []).filter(
    (cause) =>
      cause.risk === "MEDIUM" &&
      (takesNetwork(cause.kind) || (kind === "missing" && cause.kind === "project-code")),
  );
  if (asked.length === 0) return assessment;
  const why = asked.map((cause) =>
    takesNetwork(cause.kind)
      ? `${cause.text}: the network takes your yes`
      : `${cause.text}: there is no sandbox, so it would run as you`,
  );
  const reasons = assessment.risk === "HIGH" ? assessment.reasons : [];
  return { ...assessment, risk: "HIGH", reasons: [...new Set([...reasons, ...why])] };
}
