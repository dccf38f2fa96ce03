/** Questions about the syntax tree of a command, and the argvs that its words make possible. */
import { type CommandNode, forEachChild, type Pipeline, type SyntaxNode, type Word } from "unbash";
import type { Literal } from "./words.ts";

const MAX_WAYS = 256;

/** Every argv that the values make possible, or undefined where there are too many. */
export function spread(
  argv: readonly (readonly Literal[])[],
): readonly (readonly Literal[])[] | undefined {
  let ways: (readonly Literal[])[] = [[]];
  for (const values of argv) {
    ways = ways.flatMap((head) => values.map((value) => [...head, value]));
    if (ways.length > MAX_WAYS) return undefined;
  }
  return ways;
}

export function isChangeOfFolder(node: CommandNode | Pipeline): boolean {
  return node.type === "Command" && node.name?.value === "cd";
}

/** A command word that holds an expansion, even one whose value is known. */
export function isComposed(word: Word): boolean {
  const types = (word.parts ?? []).flatMap((part) =>
    part.type === "DoubleQuoted" ? part.parts.map((child) => child.type) : [part.type],
  );
  return types.some((type) => !/^(Literal|SingleQuoted|AnsiCQuoted)$/.test(type));
}

/** Every variable that is set anywhere below a node. */
export function assignedNames(node: SyntaxNode): readonly string[] {
  const names: string[] = [];
  const visit = (child: SyntaxNode) => {
    if (child.type === "Assignment") names.push(child.name);
    if (child.type === "For" || child.type === "Select") names.push(child.name.text);
    forEachChild(child, visit);
  };
  visit(node);
  return names;
}
