/** Reads an argv against a short list of options that are known to be harmless; every other option is a reason to ask. */
import type { Literal } from "./words.ts";

export interface OptionRules {
  /** Options that stand alone, values attached; a whole word must match. */
  readonly alone?: RegExp;
  /** Options whose value is the next word, which is no path. */
  readonly valued?: RegExp;
  /** Options whose value is the next word, which is a path that is read. */
  readonly pathed?: RegExp;
}

export type Parsed =
  | {
      readonly ok: true;
      /** Every option word, without its value. */
      readonly options: readonly string[];
      readonly paths: readonly Literal[];
      readonly operands: readonly Literal[];
    }
  | { readonly ok: false; readonly option: string };

/** Options are looked for after operands too, as GNU programs do; `--` ends them. */
export function parseOptions(argv: readonly Literal[], rules: OptionRules): Parsed {
  const options: string[] = [];
  const paths: Literal[] = [];
  const operands: Literal[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at];
    if (word === undefined) break;
    if (word.text === "--" && !word.glob) {
      operands.push(...argv.slice(at + 1));
      break;
    }
    if (!word.text.startsWith("-") || word.text === "-") {
      operands.push(word);
      continue;
    }
    const value = argv[at + 1];
    if (word.glob) return { ok: false, option: word.text };
    if (rules.valued?.test(word.text) || rules.pathed?.test(word.text)) {
      if (value === undefined || value.glob) return { ok: false, option: word.text };
      if (rules.pathed?.test(word.text)) paths.push(value);
      at++;
    } else if (!rules.alone?.test(word.text)) {
      return { ok: false, option: word.text };
    }
    options.push(word.text);
  }
  return { ok: true, options, paths, operands };
}
