/** Ranks what the team remembers against a query: words and the parts of identifiers, a little in favour of the newer. */
import type { Entry } from "./entry.ts";

const K1 = 1.2;
const B = 0.6;
const FILE_BOOST = 1.5;
const NEWNESS_BOOST = 0.1;

/** The best first; without a word to look for, the newest first. Entries come in the order they were written. */
export function searchEntries(
  entries: readonly Entry[],
  query: string,
  limit: number,
): readonly Entry[] {
  const wanted = [...new Set(tokens(query))];
  if (wanted.length === 0) return entries.toReversed().slice(0, limit);
  const documents = entries.map((entry) => ({
    entry,
    words: tokens(entry.text),
    files: fileTokens(entry),
  }));
  const average = documents.reduce((sum, { words }) => sum + words.length, 0) / documents.length;
  const weights = new Map(
    wanted.map((word) => {
      const holding = documents.filter(
        ({ words, files }) => words.includes(word) || files.has(word),
      );
      return [
        word,
        Math.log(1 + (documents.length - holding.length + 0.5) / (holding.length + 0.5)),
      ];
    }),
  );
  return documents
    .map(({ entry, words, files }, index) => {
      const matched = wanted.map((word) => {
        const count = words.filter((other) => other === word).length;
        const length = 1 - B + (B * words.length) / average;
        const inText = (count * (K1 + 1)) / (count + K1 * length);
        return (weights.get(word) ?? 0) * (inText + (files.has(word) ? FILE_BOOST : 0));
      });
      const score = matched.reduce((sum, part) => sum + part, 0);
      return { entry, index, score: score * (1 + (NEWNESS_BOOST * index) / documents.length) };
    })
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || b.index - a.index)
    .slice(0, limit)
    .map(({ entry }) => entry);
}

/** `getUserName` and `get_user_name` are found by themselves and by each of their words. */
export function tokens(text: string): readonly string[] {
  return (text.normalize("NFKC").match(/[\p{L}\p{N}_]+/gu) ?? []).flatMap((word) => {
    const parts = word
      .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1_$2")
      .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1_$2")
      .split("_")
      .filter((part) => part !== "")
      .map((part) => part.toLowerCase());
    return parts.length > 1 ? [word.toLowerCase(), ...parts] : parts;
  });
}

function fileTokens(entry: Entry): ReadonlySet<string> {
  return new Set(entry.files.flatMap((file) => tokens(file)));
}
