/** Keys by name, and what a terminal sends for them. */

const KEYS: Readonly<Record<string, string>> = {
  enter: "\r",
  tab: "\t",
  escape: "\u001b",
  backspace: "\u007f",
  delete: "\u001b[3~",
  space: " ",
  up: "\u001b[A",
  down: "\u001b[B",
  right: "\u001b[C",
  left: "\u001b[D",
  home: "\u001b[H",
  end: "\u001b[F",
  pageup: "\u001b[5~",
  pagedown: "\u001b[6~",
};

/** Of a name such as `Enter`, `Ctrl-C` or `PageDown`; undefined where there is no such key. */
export function bytesOf(name: string): string | undefined {
  const plain = name.trim().toLowerCase().replaceAll(/[\s_]/g, "");
  const control = /^(?:ctrl|control|c|\^)[-+]?([a-z])$/.exec(plain)?.[1];
  if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) - 96);
  return KEYS[plain] ?? KEYS[plain.replace(/^arrow/, "")];
}

export const KEY_NAMES =
  "Enter, Tab, Escape, Backspace, Delete, Space, Up, Down, Left, Right, Home, End, PageUp, PageDown, Ctrl-A to Ctrl-Z";
