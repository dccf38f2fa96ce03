/**
 * Code given as an argument: `python -c`, `node -e`. Every name in it must be on a short list, so that what is not known to be
 * harmless is HIGH; nothing is searched for.
 */

const NAMES: Readonly<Record<string, ReadonlySet<string>>> = {
  node: toSet(
    "console log error table JSON parse stringify process version versions platform arch const let var if else for of in return true false null undefined new Date now Math max min floor ceil round abs pow sqrt random Number String Boolean Array Object keys values entries length map filter join sort slice split toString toFixed toUpperCase toLowerCase trim includes push from isArray parseInt parseFloat typeof name main scripts dependencies devDependencies engines type exports bin a b c i j k n x y s v p pkg package require",
  ),
  python: toSet(
    "print len range sum min max abs sorted reversed enumerate zip map filter list dict set tuple str int float bool round repr type import sys json math for in if else not and or is True False None version version_info platform executable pi sqrt floor ceil keys values items join split strip upper lower append load loads dumps indent sort_keys open stdin as i j k n x y d s v p data",
  ),
};

function toSet(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}

/** The files that a harmless piece of code names, or undefined where it may do anything else. */
export function filesOfInlineCode(language: string, code: string): readonly string[] | undefined {
  const names = Object.hasOwn(NAMES, language) ? NAMES[language] : undefined;
  if (names === undefined || code.length > 400 || /[\\`@#$]/.test(code)) return undefined;
  // Texts are taken out first; what they hold can only be data or the name of a file.
  const texts: string[] = [];
  const bare = code.replaceAll(
    /'([^'\n]*)'|"([^"\n]*)"/g,
    (_, single?: string, double?: string) => {
      texts.push(single ?? double ?? "");
      return " '' ";
    },
  );
  if (/["]/.test(bare.replaceAll("''", ""))) return undefined;
  // A computed name can reach anything, and so can a call of what an index gives.
  const brackets = bare.match(/\[[^\]]*\]?/g) ?? [];
  if (!brackets.every((text) => /^\[[\s\d,.'-]*\]$/.test(text)) || /\] *\(/.test(bare))
    return undefined;
  if (/\bprocess\b(?!\.(version|versions|platform|arch)\b)/.test(bare)) return undefined;
  const words = bare.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [];
  if (!words.every((word) => names.has(word))) return undefined;
  // What these take must be a plain text.
  if (/\b(open|require|import)\b(?! *(\( *''|sys|json|math))/.test(bare)) return undefined;
  if (/\bopen *\( *'' *,/.test(bare) || texts.some((text) => /:\/\/|^node:/.test(text)))
    return undefined;
  if (/\brequire\b/.test(bare)) {
    return texts.every((text) => !text.includes("/") || /^\.\/[\w./-]+\.json$/.test(text)) &&
      texts.filter((text) => text.startsWith("./")).length > 0 &&
      !/\brequire *\( *'' *\) *\(/.test(bare) &&
      (bare.match(/\brequire\b/g)?.length ?? 0) ===
        texts.filter((text) => text.startsWith("./")).length
      ? texts.filter((text) => text.startsWith("./"))
      : undefined;
  }
  return /\bopen\b/.test(bare) ? texts : [];
}
