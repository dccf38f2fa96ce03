/** Reads a sed script command by command. `w`, `W`, `r`, `R`, `e` and the flags `w` and `e` of `s` are not plain. */

const ADDRESS = /^(\d+(~\d+)?|\$|[+~]\d+|\/(?:[^/\\\n]|\\.)*\/[IM]*)/;

export function isPlainSed(script: string): boolean {
  let rest = script;
  for (;;) {
    rest = rest.replace(/^[\s;}]+/, "");
    if (rest === "") return true;
    const after = skipCommand(rest);
    if (after === undefined || after.length >= rest.length) return false;
    rest = after;
  }
}

/** What follows the first command, or undefined where it is not known to be harmless. */
function skipCommand(script: string): string | undefined {
  let rest = skipAddress(script);
  if (rest.startsWith(",")) rest = skipAddress(rest.slice(1).trimStart());
  rest = rest.replace(/^\s*!?\s*/, "");
  const command = rest[0];
  const body = rest.slice(1);
  if (command === undefined) return undefined;
  if (command === "{") return body;
  if (command === "#") return body.replace(/^[^\n]*/, "");
  if (command === "s") return skipSubstitute(body, /^[gpIiMm0-9]*/);
  if (command === "y") return skipSubstitute(body, /^/);
  if (/[aic]/.test(command)) return skipText(body);
  if (/[btT:]/.test(command)) return body.replace(/^\s*[\w-]*/, "");
  if (/[qQlL]/.test(command)) return atEnd(body.replace(/^\s*\d*/, ""));
  return /[pdD=nNgGhHxPzF]/.test(command) ? atEnd(body) : undefined;
}

function skipAddress(text: string): string {
  return text.replace(ADDRESS, "").trimStart();
}

function atEnd(text: string): string | undefined {
  return /^\s*($|[\n;}#])/.test(text) ? text : undefined;
}

function skipSubstitute(text: string, flags: RegExp): string | undefined {
  const mark = text[0];
  if (mark === undefined || /[\s\\\w]/.test(mark)) return undefined;
  let at = 1;
  for (let part = 0; part < 2; part++) {
    let inBrackets = false;
    for (; ; at++) {
      const character = text[at];
      if (character === undefined) return undefined;
      if (character === "\\") at++;
      // Programs differ on the mark inside brackets.
      else if (character === "[" && part === 0) inBrackets = true;
      else if (character === "]") inBrackets = false;
      else if (character === mark) {
        if (inBrackets) return undefined;
        break;
      }
    }
    at++;
  }
  return atEnd(text.slice(at).replace(flags, ""));
}

/** `a\` and `a text`: all to the end of the line; a backslash carries it on. */
function skipText(text: string): string | undefined {
  const line = /^(?:[^\\\n]|\\[^])*/.exec(text)?.[0] ?? "";
  return text.slice(line.length);
}
