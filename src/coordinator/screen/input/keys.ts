/** Turns what a terminal sends into keys. Text that is pasted comes as one key of its own, so that it can't press any. */

export type Key =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: "key"; readonly name: KeyName };

type KeyName =
  | "enter"
  | "tab"
  | "back-tab"
  | "escape"
  | "backspace"
  | "delete"
  | "left"
  | "right"
  | "up"
  | "shift-up"
  | "down"
  | "shift-down"
  | "home"
  | "end"
  | "page-up"
  | "page-down"
  | "interrupt"
  | "end-of-input"
  | "cut-before"
  | "cut-after"
  | "cut-word"
  | "redraw"
  | "unknown";

export interface KeyParser {
  /** The keys that are complete by now. */
  feed(text: string): Key[];
  /** Whether an Escape came that may be a key or the beginning of one. */
  isHolding(): boolean;
  /** Nothing more came: an Escape that was held was the key. */
  flush(): Key[];
}

/**
 * Whether the sign among keys that came together can be an answer, which a finger pressed. A slow terminal sends keys of
 * one moment together; what is pasted without brackets brings more text, line ends or tabs, and no other keys.
 */
export function isPressed(keys: readonly Key[]): boolean {
  const texts = keys.filter(({ kind }) => kind === "text");
  const isPasted = keys.some(
    (key) => key.kind === "paste" || (key.kind === "key" && PASTED.has(key.name)),
  );
  return texts.length === 1 && !isPasted;
}

const PASTED: ReadonlySet<KeyName> = new Set(["enter", "tab"]);

const ESCAPE = "\x1b";
const PASTE_BEGINS = "\x1b[200~";
const PASTE_ENDS = "\x1b[201~";

export function createKeyParser(): KeyParser {
  let held = "";
  let pasted: string | undefined;

  function take(): Key | undefined {
    if (pasted !== undefined) return takePaste();
    if (held.startsWith(PASTE_BEGINS)) {
      held = held.slice(PASTE_BEGINS.length);
      pasted = "";
      return takePaste();
    }
    if (held.startsWith(ESCAPE)) return takeSequence();
    const text = /^[^\p{Cc}]+/u.exec(held)?.[0];
    if (text !== undefined) {
      held = held.slice(text.length);
      return { kind: "text", text };
    }
    const [control = ""] = held;
    held = held.slice(1);
    return { kind: "key", name: CONTROLS[control] ?? "unknown" };
  }

  function takePaste(): Key | undefined {
    const end = held.indexOf(PASTE_ENDS);
    if (end < 0) {
      // The end may be cut in two: its beginning is kept back.
      const kept = Math.min(held.length, PASTE_ENDS.length - 1);
      pasted += held.slice(0, held.length - kept);
      held = held.slice(held.length - kept);
      return undefined;
    }
    const text = `${pasted}${held.slice(0, end)}`;
    held = held.slice(end + PASTE_ENDS.length);
    pasted = undefined;
    return { kind: "paste", text };
  }

  function takeSequence(): Key | undefined {
    const rest = held.slice(1);
    const found = /^(?:\[[0-?]*[ -/]*[@-~]|O[@-~])/.exec(rest)?.[0];
    if (found !== undefined) {
      held = rest.slice(found.length);
      return { kind: "key", name: SEQUENCES[found] ?? "unknown" };
    }
    if (/^(?:\[[0-?]*[ -/]*|O)?$/.test(rest)) return undefined;
    // Escape and then something else: with Alt, or quickly one after the other. Either way Escape is what counts.
    held = rest;
    return { kind: "key", name: "escape" };
  }

  return {
    feed(text) {
      held += text;
      const keys: Key[] = [];
      while (held !== "") {
        const key = take();
        if (key === undefined) break;
        keys.push(key);
      }
      return keys;
    },
    isHolding: () => pasted === undefined && held !== "",
    flush() {
      if (pasted !== undefined || held === "") return [];
      held = "";
      return [{ kind: "key", name: "escape" }];
    },
  };
}

const CONTROLS: Readonly<Record<string, KeyName>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\x7f": "backspace",
  "\b": "backspace",
  "\x01": "home",
  "\x02": "left",
  "\x03": "interrupt",
  "\x04": "end-of-input",
  "\x05": "end",
  "\x06": "right",
  "\x0b": "cut-after",
  "\x0c": "redraw",
  "\x0e": "down",
  "\x10": "up",
  "\x15": "cut-before",
  "\x17": "cut-word",
};

const SEQUENCES: Readonly<Record<string, KeyName>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  "[1;2A": "shift-up",
  "[1;2B": "shift-down",
  "[a": "shift-up",
  "[b": "shift-down",
  "[H": "home",
  "[F": "end",
  "[1~": "home",
  "[7~": "home",
  "[4~": "end",
  "[8~": "end",
  "[3~": "delete",
  "[5~": "page-up",
  "[6~": "page-down",
  "[Z": "back-tab",
  OA: "up",
  OB: "down",
  OC: "right",
  OD: "left",
  OH: "home",
  OF: "end",
};
