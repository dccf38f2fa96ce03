/** Characters that make a text look like something else than it is: controls, bidi, zero-width, odd spaces, tags. */

/** First and last code point of each range. */
const SUSPICIOUS: readonly (readonly [number, number])[] = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0xa0],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x1680, 0x1680],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x2800, 0x2800],
  [0x3000, 0x3000],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xffff],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];

const RANGES = SUSPICIOUS.map(
  ([first, last]) => `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`,
).join("");
const PATTERN = new RegExp(`[${RANGES}]`, "u");
const EVERY = new RegExp(PATTERN, "gu");

/** The first such character as `U+200B`, or undefined. Tab and newline are fine. */
export function hiddenCharacter(text: string): string | undefined {
  const found = PATTERN.exec(text)?.[0].codePointAt(0);
  return found === undefined ? undefined : `U+${found.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The text with each such character written out as `\\u{200b}`, but for the no-break space, which becomes a plain one. */
export function writeOutHidden(text: string): string {
  return text.replace(EVERY, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code === 0xa0 ? " " : `\\u{${code.toString(16)}}`;
  });
}
