/** What makes a command HIGH by its text alone, before it is parsed: places where a reader, a parser and a shell may differ. */
import { type Causes, high } from "./assessment.ts";
import { hiddenCharacter } from "./hidden-text.ts";

/** Longer commands are HIGH; they are analysed all the same, so that deny rules see every part. */
export const LONGEST = 64 * 1024;

export function refuseText(command: string): Causes {
  return [
    ...(command.length > LONGEST || Buffer.byteLength(command) > LONGEST
      ? refuse("is longer than 64 KiB")
      : []),
    ...refuseShape(command),
  ];
}

function refuseShape(command: string): Causes {
  if (command.trim() === "") return refuse("is empty");
  const hidden = hiddenCharacter(command);
  if (hidden !== undefined) {
    return refuse(`holds the invisible or control character ${hidden}`);
  }
  if (/^[-+]/.test(command)) {
    return refuse(`begins with ${command[0]}, which a shell may read as an option`);
  }
  if (!command.includes("\\")) return [];
  if (endsWithBackslash(command)) return refuse("ends with a backslash");
  // A line may only be continued between words: elsewhere shells and parsers differ.
  if (/(^|[^ \t])\\\n/.test(command) || /\\\n(?![ \t]+[^\s]|[\w./'"-])/.test(command)) {
    return refuse("continues a line in the middle of a word");
  }
  return [];
}

function endsWithBackslash(command: string): boolean {
  let count = 0;
  while (command.at(-1 - count) === "\\") count++;
  return count % 2 === 1;
}

function refuse(why: string): Causes {
  return high("unanalysable", why);
}
