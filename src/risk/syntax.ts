/** The parser's one home: unbash, pinned exactly, and questions about its tree. Replacing the parser means replacing this file. */
import {
  forEachChild,
  type ParsedScript,
  parse as parseBash,
  type SyntaxNode,
  type Word,
} from "unbash";

export type {
  AndOr,
  ArithmeticExpression,
  Assignment,
  Command,
  CommandNode,
  CompoundList,
  Function as FunctionNode,
  ParsedScript,
  Pipeline,
  Redirection,
  Statement,
  SyntaxNode,
  TestExpression,
  Word,
  WordPart,
} from "unbash";
export { forEachChild } from "unbash";

/** A script, or why there is none. A tree with errors is kept: deny rules look at what can be seen of it. */
export function parseScript(text: string): ParsedScript | string {
  try {
    return parseBash(text);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Why a tree must not be trusted, or undefined. */
export function faultOf(script: ParsedScript): string | undefined {
  if (script.errors !== undefined && script.errors.length > 0) {
    return script.errors[0]?.message ?? "syntax error";
  }
  return script.shebang === undefined ? undefined : "it begins with #!";
}

/** A command word that holds an expansion, even one whose value is known. */
export function isComposed(word: Word): boolean {
  const types = (word.parts ?? []).flatMap((part) =>
    part.type === "DoubleQuoted" ? part.parts.map((child) => child.type) : [part.type],
  );
  return types.some((type) => !/^(Literal|SingleQuoted|AnsiCQuoted)$/.test(type));
}

const ASSIGNERS =
  /^(read|mapfile|readarray|let|getopts|declare|typeset|local|export|readonly|unset|printf|eval|source|\.)$/;

/**
 * What a piece of script may leave in variables: `number` where every assignment below it is plainly one; the name `*` stands
 * for all, where a function or a text that is read again may set any.
 */
export function assignedNames(
  node: SyntaxNode,
  functions: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, "number" | "any"> {
  const names = new Map<string, "number" | "any">();
  const add = (name: string, kind: "number" | "any") => {
    names.set(name, names.get(name) === "any" ? "any" : kind);
  };
  const visit = (child: SyntaxNode) => {
    if (child.type === "Assignment") {
      const numeric = /^\w+\+?=(\d+|\$\(\([^'"`\\[]*\)\))$/.test(child.text);
      add(child.name, numeric ? "number" : "any");
    }
    if (child.type === "For" || child.type === "Select") add(child.name.text, "any");
    if (child.type === "ArithmeticCommand") {
      for (const [name] of child.body.matchAll(/[A-Za-z_]\w*/g)) add(name, "number");
    }
    if (child.type === "Command") {
      const name = child.name?.value ?? "";
      if (functions.has(name) || /^(eval|source|\.)$/.test(name)) add("*", "any");
      if (ASSIGNERS.test(name)) {
        for (const word of child.args)
          if (word.type === "Word") add(word.value, name === "let" ? "number" : "any");
      }
    }
    forEachChild(child, visit);
  };
  visit(node);
  return names;
}

/** Whether arithmetic is numbers, plain names and operators: quotes, subscripts and substitutions in it are evaluated again. */
export function namesInArithmetic(text: string): readonly string[] | undefined {
  if (!/^[\w\s+\-*/%()<>=!&|?:,^~$]*$/.test(text) || /\$[({]/.test(text)) return undefined;
  return text.match(/[A-Za-z_]\w*/g) ?? [];
}
