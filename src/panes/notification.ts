/** The escape sequence with which each kind of terminal is asked to show a notification; a bell where it can't. */

const BELL = "\x07";
const ST = "\x1b\\";

/** What a terminal says of itself; tmux has it as `client_termname` and `client_termtype`. */
export interface TerminalFacts {
  readonly name: string;
  readonly type: string;
  /** The person looks at it. One that says nothing of its focus counts as looked at. */
  readonly isFocused: boolean;
}

type Dialect = "osc9" | "osc777" | "osc99";

const DIALECTS: readonly (readonly [RegExp, Dialect])[] = [
  [/kitty/i, "osc99"],
  [/iterm|ghostty|wezterm|windows terminal|contour/i, "osc9"],
  [/vte|foot|rxvt/i, "osc777"],
];

/** For a terminal that is not known to show notifications there is the bell; one that is looked at needs none. */
export function notification({ name, type, isFocused }: TerminalFacts, text: string): string {
  const dialect = DIALECTS.find(([pattern]) => pattern.test(type) || pattern.test(name))?.[1];
  if (dialect === undefined) return BELL;
  if (isFocused) return "";
  return spoken(dialect, plain(text));
}

/** The same through a tmux server that lets programs speak to its clients. */
export function throughTmux(sequence: string): string {
  return `\x1bPtmux;${sequence.replaceAll("\x1b", "\x1b\x1b")}${ST}`;
}

function spoken(dialect: Dialect, text: string): string {
  switch (dialect) {
    case "osc9":
      return `\x1b]9;${text}${ST}`;
    case "osc777":
      return `\x1b]777;notify;swarmux;${text.replaceAll(";", ",")}${ST}`;
    case "osc99":
      return `\x1b]99;i=swarmux:d=0;swarmux${ST}\x1b]99;i=swarmux:p=body;${text}${ST}`;
  }
}

const MOST = 200;

/** Nothing that could end the sequence or begin another, on one line. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").slice(0, MOST);
}
