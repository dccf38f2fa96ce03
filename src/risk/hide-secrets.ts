/** Takes secrets out of what tools print, before a model, a journal, a pane or a file sees it. */
import { findSecrets, type Secret } from "./secrets.ts";

export interface SecretFilter {
  /** The same text where it holds no secret, else each stands replaced by a mark that says what was there. */
  hide(text: string): string;
  /** Where they are, in the order of the text. */
  find(text: string): readonly Secret[];
  /** The kinds of secrets in the text, without repeats. */
  kindsIn(text: string): readonly string[];
  /** The same for output that comes in pieces, whose borders may cut a secret. */
  stream(): SecretStream;
}

export interface SecretStream {
  /** Returns what can be shown by now; the rest is held back until more is known. */
  push(chunk: Buffer): Buffer;
  /** What was held back. */
  end(): Buffer;
}

/** How every mark begins, so that a text with one in it can be told from the file's own. */
const MARK = "[hidden by swarmux: ";
/** What a secret of a known value has at least: shorter ones are also words of harmless text. */
const LEAST_KNOWN = 16;
/** A line without an end is shown in parts from here on, but for as much of it as a token has at most. */
const LONGEST_LINE = 64 * 1024;
const HELD = 4 * 1024;
/** More of a key that does not end is not held back. */
const LONGEST_BLOCK = 24 * 1024;

/** `known` are the values of this process's own keys, which need no shape to be told. */
export function createSecretFilter(known: readonly string[]): SecretFilter {
  const values = known.filter((value) => value.length >= LEAST_KNOWN);
  const find = (text: string) => findSecrets(text, values);

  function hide(text: string): string {
    const secrets = find(text);
    if (secrets.length === 0) return text;
    let shown = "";
    let at = 0;
    for (const { kind, start, end } of secrets) {
      shown += `${text.slice(at, start)}${MARK}${kind}. A person can see it where it comes from]`;
      at = end;
    }
    return shown + text.slice(at);
  }

  return {
    find,
    hide,
    kindsIn: (text) => [...new Set(find(text).map(({ kind }) => kind))],
    stream() {
      let held = "";
      return {
        push(chunk) {
          // Every byte is one character, so that bytes which are no text stay what they are. Secrets are ASCII.
          held += chunk.toString("latin1");
          const border = safeBorder(held, find);
          const shown = held.slice(0, border);
          held = held.slice(border);
          return Buffer.from(hide(shown), "latin1");
        },
        end() {
          const rest = hide(held);
          held = "";
          return Buffer.from(rest, "latin1");
        },
      };
    },
  };
}

/** Whether a text that is about to be written holds the mark of something that was hidden from its writer. */
export function holdsMark(text: string): boolean {
  return text.includes(MARK);
}

/** Up to where no secret can go on in what comes next: a line's end outside of a key block, or some way back in a long line. */
function safeBorder(text: string, find: (text: string) => readonly Secret[]): number {
  const line = text.lastIndexOf("\n") + 1;
  const border = line === 0 && text.length > LONGEST_LINE ? text.length - HELD : line;
  const block = text.lastIndexOf("-----BEGIN ", border);
  if (block >= 0 && text.length - block <= LONGEST_BLOCK) {
    const end = text.indexOf("-----END ", block);
    if (end < 0 || end >= border) return block;
  }
  if (border === line) return border;
  return find(text).find(({ start, end }) => start < border && border < end)?.start ?? border;
}
