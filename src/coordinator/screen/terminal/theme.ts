/** How looks become colours: for dark and light backgrounds, few colours or none, and terminals without our signs. */
import { toAscii } from "../../../ascii.ts";
import { colourOf, type Scheme } from "../../../panes/palette.ts";
import type { Line, Look, Span } from "./styled.ts";

export interface Theme {
  /** 0 no colour, 1 the sixteen of old terminals, from 2 on the palette of 256. */
  readonly level: number;
  readonly scheme: Scheme;
  /** Signs of ASCII in place of ours. */
  readonly ascii: boolean;
  /** Whether bold and the like are used where there is no colour. Lines for a pipe have none. */
  readonly attributes: boolean;
}

/** For lines that a command prints. */
export function plainTheme(level: number): Theme {
  return { level, scheme: "dark", ascii: false, attributes: level > 0 };
}

type Colour = "red" | "yellow" | "green" | "blue" | "magenta" | "grey";

const PALETTE: Record<Scheme, Record<Colour, number>> = {
  dark: { red: 203, yellow: 221, green: 78, blue: 75, magenta: 176, grey: 245 },
  light: { red: 160, yellow: 94, green: 28, blue: 25, magenta: 90, grey: 242 },
};

const SIXTEEN: Record<Colour, number> = {
  red: 31,
  yellow: 33,
  green: 32,
  blue: 34,
  magenta: 35,
  grey: 90,
};

const BOLD = 1;
const DIM = 2;
const UNDERLINED = 4;
const INVERSE = 7;

const LOOKS: Record<Look, { readonly attributes: readonly number[]; readonly colour?: Colour }> = {
  plain: { attributes: [] },
  bold: { attributes: [BOLD] },
  dim: { attributes: [DIM] },
  alert: { attributes: [BOLD], colour: "red" },
  danger: { attributes: [BOLD, UNDERLINED], colour: "red" },
  warn: { attributes: [], colour: "yellow" },
  good: { attributes: [], colour: "green" },
  mark: { attributes: [INVERSE] },
  title: { attributes: [BOLD, UNDERLINED] },
  added: { attributes: [], colour: "green" },
  removed: { attributes: [], colour: "red" },
  place: { attributes: [], colour: "magenta" },
  keyword: { attributes: [], colour: "blue" },
  string: { attributes: [], colour: "yellow" },
  comment: { attributes: [], colour: "grey" },
};

export function paint(line: Line, theme: Theme): string {
  return line.map((one) => paintSpan(one, theme)).join("");
}

function paintSpan({ text, look, badge }: Span, theme: Theme): string {
  const shown = theme.ascii ? toAscii(text) : text;
  const { attributes, colour } = LOOKS[look];
  const codes: (string | number)[] = theme.attributes ? [...attributes] : [];
  if (badge !== undefined && theme.level > 0) codes.push(badgeCode(badge, theme));
  else if (colour !== undefined && theme.level > 0) codes.push(colourCode(colour, theme));
  return codes.length === 0 || shown === "" ? shown : `\x1b[${codes.join(";")}m${shown}\x1b[0m`;
}

function badgeCode(badge: number, { level, scheme }: Theme): string | number {
  // Six of the sixteen can be read on any background.
  return level === 1 ? 31 + ((badge - 1) % 6) : `38;5;${colourOf(badge, scheme).index}`;
}

function colourCode(colour: Colour, { level, scheme }: Theme): string | number {
  return level === 1 ? SIXTEEN[colour] : `38;5;${PALETTE[scheme][colour]}`;
}
