/** Puts running text together as a page is read from left to right: white space collapses, blocks stand apart. */

export interface TextFlow {
  /** Text of the page. */
  text(text: string): void;
  /** Something of ours right behind what was written last, such as the end of a link. */
  mark(text: string): void;
  /** Something of ours in front of what comes next. */
  open(text: string): void;
  /** Ends the line: 1 for a new line, 2 for an empty one between. Several in a row count as the largest. */
  break(lines: 1 | 2): void;
  /** Whether white space stays as it is. */
  preserve(on: boolean): void;
  done(): string;
}

export function createTextFlow(): TextFlow {
  const parts: string[] = [];
  let wanted: 0 | 1 | 2 = 0;
  let space = false;
  let isPreserved = false;
  let isEmpty = true;

  function put(text: string): void {
    const have = parts.at(-1)?.endsWith("\n") === true ? 1 : 0;
    if (!isEmpty && wanted > 0) parts.push("\n".repeat(Math.max(0, wanted - have)));
    else if (!isEmpty && space) parts.push(" ");
    parts.push(text);
    wanted = 0;
    space = false;
    isEmpty = false;
  }

  return {
    text(text) {
      if (text === "") return;
      if (isPreserved) return put(text);
      const words = text.replaceAll(/\s+/g, " ");
      const trimmed = words.trim();
      if (words.startsWith(" ")) space = true;
      if (trimmed !== "") put(trimmed);
      if (words.endsWith(" ")) space = true;
    },
    mark(text) {
      const held = space;
      space = false;
      put(text);
      space = held;
    },
    open: put,
    break(lines) {
      wanted = wanted > lines ? wanted : lines;
      space = false;
    },
    preserve(on) {
      isPreserved = on;
    },
    done: () =>
      parts
        .join("")
        .replaceAll(/(?<![ \t])[ \t]+\n/g, "\n")
        .replaceAll(/\n{3,}/g, "\n\n")
        .trim(),
  };
}
