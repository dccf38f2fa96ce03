/** Keys whose meaning depends on more than a table of keys and actions can say. */
import type { Binding } from "./keymap.ts";

export const OTHER_KEYS: readonly Omit<Binding, "action">[] = [
  {
    keys: [],
    shown: "Tab",
    what: "the oldest plan, question or gate that waits for you; the next; the tasks; the workers; the chat. Shift-Tab: backwards",
  },
  {
    keys: [],
    shown: "1 2 3",
    what: "in a gate: approve once, deny, deny with a note; in a plan: yes, no, no with a note. Enter alone answers nothing, and neither does what was typed before",
  },
  {
    keys: [],
    shown: "4",
    what: "in a gate whose one reason is an unknown program: allow the pattern that is shown until the session ends",
  },
  {
    keys: [],
    shown: "5",
    what: "in a gate: change the command, which then gets a risk of its own; in a plan: change its tasks",
  },
  { keys: [], shown: "v", what: "in a gate with a long change: all of it" },
  {
    keys: [],
    shown: "↑ ↓ PgUp PgDn",
    what: "in a dialog that does not fit: scroll. A yes works once its end was shown",
  },
  { keys: [], shown: "PgUp", what: "in the chat: the story so far" },
  { keys: [], shown: "↑ ↓", what: "in the chat: lines that you sent before" },
  { keys: [], shown: "Esc", what: "one step back" },
  { keys: [], shown: "Ctrl-L", what: "draw everything again" },
  { keys: [], shown: "Ctrl-C", what: "stop the session; a second one kills it" },
];
