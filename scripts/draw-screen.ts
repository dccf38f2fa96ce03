/** Draws a terminal's screen, as `tmux capture-pane -e` gives it, as SVG. */

export type Scheme = "dark" | "light";

interface Look {
  readonly columns: number;
  readonly rows: number;
  readonly scheme: Scheme;
}

interface Style {
  colour: string;
  background: string | undefined;
  bold: boolean;
  dim: boolean;
  reverse: boolean;
}

const CELL = { width: 8.43, height: 18, size: 14 };
const PAPERS = { dark: "#16181d", light: "#fbfbf8" };
const INKS = { dark: "#d6d9de", light: "#24272e" };
let paper0 = PAPERS.dark;
let ink0 = INKS.dark;
/** The sixteen named colours. */
const NAMED =
  "#1c1f26 #e06c75 #98c379 #e5c07b #61afef #c678dd #56b6c2 #c8ccd4 " +
  "#5c6370 #ff7b86 #b5e890 #ffd68a #7cc4ff #e29bf5 #7fdbe8 #ffffff";
const COLOURS = NAMED.split(" ");

export function drawScreen(text: string, { columns, rows, scheme }: Look): string {
  paper0 = PAPERS[scheme];
  ink0 = INKS[scheme];
  const width = columns * CELL.width + 24;
  const height = rows * CELL.height + 24;
  // tmux says a look once, however many lines it goes on for.
  const style = plain();
  const lines = text
    .split("\n")
    .slice(0, rows)
    .map((line, row) => drawLine(line, row, style));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans Mono, FreeMono, FreeSerif" font-size="${CELL.size}" xml:space="preserve"><rect width="100%" height="100%" fill="${paper0}"/>${lines.join("")}</svg>\n`;
}

function drawLine(line: string, row: number, style: Style): string {
  const shapes: string[] = [];
  let column = 0;
  // eslint-disable-next-line no-control-regex -- escape sequences are what is read here
  for (const part of line.split(/(\u001b\[[\d;:]*m)/)) {
    if (part.startsWith("\u001b[")) {
      applyCodes(style, part.slice(2, -1));
      continue;
    }
    // eslint-disable-next-line no-control-regex -- shift-in and shift-out stand before line drawing
    for (const char of part.replace(/[\u000e\u000f]/g, "")) {
      shapes.push(drawCell(char, { row, column }, style));
      column += 1;
    }
  }
  return shapes.join("");
}

function drawCell(char: string, at: { row: number; column: number }, style: Style): string {
  const x = 12 + at.column * CELL.width;
  const y = 12 + at.row * CELL.height;
  const [ink, paper] = style.reverse
    ? [style.background ?? paper0, style.colour]
    : [style.colour, style.background];
  const ground =
    paper === undefined
      ? ""
      : `<rect x="${x}" y="${y}" width="${CELL.width + 0.3}" height="${CELL.height}" fill="${paper}"/>`;
  if (char === " ") return ground;
  const bold = style.bold ? ' font-weight="bold"' : "";
  const dim = style.dim ? ' opacity="0.6"' : "";
  const safe = char.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  return `${ground}<text x="${x}" y="${y + 13.5}" fill="${ink}"${bold}${dim}>${safe}</text>`;
}

function plain(): Style {
  return { colour: ink0, background: undefined, bold: false, dim: false, reverse: false };
}

function applyCodes(style: Style, codes: string): void {
  const numbers = codes.split(/[;:]/).map(Number);
  for (let at = 0; at < numbers.length; at += 1) {
    const code = numbers[at] ?? 0;
    if ((code === 38 || code === 48) && numbers[at + 1] === 5) {
      const colour = palette(numbers[at + 2] ?? 0);
      if (code === 38) style.colour = colour;
      else style.background = colour;
      at += 2;
      continue;
    }
    applyCode(style, code);
  }
}

function applyCode(style: Style, code: number): void {
  if (code === 0) Object.assign(style, plain());
  else if (code === 1) style.bold = true;
  else if (code === 2) style.dim = true;
  else if (code === 7) style.reverse = true;
  else if (code === 22) Object.assign(style, { bold: false, dim: false });
  else if (code === 27) style.reverse = false;
  else if (code === 39) style.colour = ink0;
  else if (code === 49) style.background = undefined;
  else if (code >= 30 && code <= 37) style.colour = palette(code - 30);
  else if (code >= 90 && code <= 97) style.colour = palette(code - 82);
  else if (code >= 40 && code <= 47) style.background = palette(code - 40);
}

/** A colour of the 256. */
function palette(index: number): string {
  const named = COLOURS[index];
  if (named !== undefined) return named;
  if (index >= 232) return hex([0, 0, 0].map(() => 8 + (index - 232) * 10));
  const rest = index - 16;
  const steps = [Math.floor(rest / 36), Math.floor(rest / 6) % 6, rest % 6];
  return hex(steps.map((step) => (step === 0 ? 0 : 55 + step * 40)));
}

function hex(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
