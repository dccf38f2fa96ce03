/** Text of somebody else, set into a user turn. */
import { createHash } from "node:crypto";

/** A marked block that the text inside can't close, since no text holds its own hash. */
export function quote(kind: string, text: string): string {
  const mark = createHash("sha256").update(text).digest("hex").slice(0, 12);
  return `<${kind} ${mark}>\n${text}\n</${kind} ${mark}>`;
}
