/** Our signs for terminals that have none of them, such as the Linux console. */

/** Each of our signs in one column of ASCII. Letters of other scripts stay: they are somebody's text. */
const ASCII: Readonly<Record<string, string>> = {
  "○": ".",
  "●": "*",
  "◐": "~",
  "⧗": "!",
  "⏸": "=",
  "↻": "r",
  "✓": "+",
  "✗": "x",
  "⊘": "#",
  "⚠": "!",
  "─": "-",
  "━": "=",
  "│": "|",
  "▸": ">",
  "▌": "|",
  "·": "-",
  "…": "~",
  "→": ">",
  "←": "<",
  "↑": "^",
  "↓": "v",
  "⇧": "S",
  "−": "-",
  "≥": ">",
  "⏎": "$",
  "–": "-",
};

const SIGNS = new RegExp(`[${Object.keys(ASCII).join("")}]`, "g");

/** The text with our signs replaced. */
export function toAscii(text: string): string {
  return text.replace(SIGNS, (sign) => ASCII[sign] ?? sign);
}
