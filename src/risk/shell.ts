/**
 * The risk of a shell command, before it runs. Closed by design: a fixed list of syntax and commands is known, the rest is HIGH
 * with a reason that names it. No limit makes an answer milder; every part is looked at, and the highest risk counts.
 */
import { realpathSync } from "node:fs";
import { type ParsedScript, parse } from "unbash";
import { type Assessment, high } from "./assessment.ts";
import { hiddenCharacter } from "./hidden-text.ts";
import { createWalk } from "./walk.ts";

export interface CommandSetting {
  /** The checkout; the command runs in it. */
  readonly root: string;
  /** The npm scripts of the checkout, where they are known. */
  readonly scripts?: Readonly<Record<string, string>>;
}

const MAX_LENGTH = 64 * 1024;

/** Never throws: what can't be analysed is HIGH. */
export function assessCommand(command: string, setting: CommandSetting): Assessment {
  const refused = refuseText(command);
  if (refused !== undefined) return high(refused);
  try {
    const script: ParsedScript = parse(command);
    const root = realpathSync(setting.root);
    return createWalk({ root, scripts: setting.scripts }).assess(script);
  } catch (error) {
    return high(`can't be analysed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What is refused by its text alone, before it is parsed. */
function refuseText(command: string): string | undefined {
  if (Buffer.byteLength(command) > MAX_LENGTH) return "is longer than 64 KiB";
  if (command.trim() === "") return "is empty";
  const hidden = hiddenCharacter(command);
  if (hidden !== undefined) return `holds the invisible or control character ${hidden}`;
  if (/^[-+]/.test(command))
    return `begins with ${command[0]}, which a shell may read as an option`;
  if (/(^|[^\\])(\\\\)*\\$/.test(command)) return "ends with a backslash";
  // A line may only be continued between words: elsewhere shells and parsers differ.
  if (/(^|[^ \t])\\\n/.test(command) || /\\\n(?![ \t]*[\w./'"-])/.test(command)) {
    return "continues a line in the middle of a word";
  }
  return undefined;
}
