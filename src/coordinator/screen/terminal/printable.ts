/** Text of models and files, made safe for a terminal. */

/**
 * Shows what would be obeyed or not be seen: control characters, escapes, bidirectional marks, zero-width and unusual
 * blanks become `\xNN` or `\u{NNNN}`. Line ends and tabs stay.
 */
export function showHidden(text: string): string {
  return text.replace(HIDDEN, (char) => {
    if (char === "\n" || char === "\t") return char;
    const code = char.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });
}

// Control characters, what Unicode calls formats and separators, blanks that look like others or like nothing, and selectors
// that only change how the character before them looks.
const HIDDEN =
  /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|(?! )\p{Zs}|\u115f|\u1160|\u3164|\uffa0|\p{Variation_Selector}/gu;
