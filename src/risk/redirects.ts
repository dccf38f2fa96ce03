/** Redirections and the words of `[[ ]]`: what they open, and what comes in through them. */
import { type Causes, high, medium, none } from "./assessment.ts";
import { type Output, outputOfScript } from "./output.ts";
import { judgePlace } from "./places.ts";
import type { Scene } from "./scene.ts";
import type { Redirection, TestExpression, Word } from "./syntax.ts";
import type { Arg, Cooked } from "./words.ts";

export interface Opener {
  readonly scene: Scene;
  /** Cooks a word and judges the scripts in it. */
  cook(word: Word): { readonly cooked: Cooked; readonly causes: Causes };
  textOf(word: Word): string | undefined;
}

export interface Opened {
  readonly causes: Causes;
  /** What stdin holds from here. */
  readonly stdin?: Output;
}

export function judgeRedirect(redirect: Redirection, opener: Opener): Opened {
  if (redirect.descriptor?.type === "FileDescriptorVariable") {
    return { causes: high("unanalysable", "opens a file in a variable") };
  }
  if (redirect.type === "HereDoc") return judgeHereDocument(redirect, opener);
  if (redirect.target === undefined) {
    return { causes: high("unanalysable", "a redirection without a target") };
  }
  const { cooked, causes } = opener.cook(redirect.target);
  if (redirect.type === "HereString") return { causes, stdin: toOutput(cooked) };
  const opened = cooked.values.flatMap((target) =>
    openFile(redirect.operator, target, opener.scene),
  );
  return { causes: [...causes, ...opened], ...stdinOf(redirect, opener) };
}

function stdinOf(redirect: Redirection, opener: Opener): { stdin?: Output } {
  if (redirect.type !== "Redirect" || redirect.operator !== "<") return {};
  const [only] = redirect.target?.parts ?? [];
  if (only?.type === "ProcessSubstitution" && only.script !== undefined) {
    return { stdin: outputOfScript(only.script, opener.textOf) };
  }
  return { stdin: "any" };
}

function toOutput(cooked: Cooked): Output {
  const [only, ...more] = cooked.values;
  if (only === undefined || more.length > 0) return "any";
  return only.made === undefined ? { text: only.text } : only.made === "stream" ? "any" : only.made;
}

function openFile(operator: string, target: Arg, scene: Scene): Causes {
  if (target.made === "any" || target.glob) {
    return high("unanalysable", `redirects to ${target.text}…, which is known only when it runs`);
  }
  if (/^[<>]&$/.test(operator) && /^(\d|-)$/.test(target.text)) return none;
  if (/^\/dev\/(tcp|udp)\//.test(target.text)) {
    return high("remote", `opens a connection to ${target.text.slice(9)}`);
  }
  if (operator === "<&" || operator === "<>") {
    return [
      ...high("unanalysable", `redirects by ${operator} ${target.text}`),
      ...judgePlace(scene, target, "write"),
    ];
  }
  if (/^\/dev\/(null|stdout|stderr|stdin)$/.test(target.text)) return none;
  if (target.made === "stream") return none;
  if (operator === "<") return judgePlace(scene, target, "read");
  return [...medium("edit", `writes ${target.text}`), ...judgePlace(scene, target, "write")];
}

type HereDocument = Extract<Redirection, { type: "HereDoc" }>;

function judgeHereDocument({ delimiter, body }: HereDocument, opener: Opener): Opened {
  if (delimiter === undefined || !/^(\\?\w[\w-]*|(['"])[\w. -]*\2)$/.test(delimiter.text)) {
    return { causes: high("unanalysable", "a here-document with an odd end") };
  }
  if (delimiter.quoted || !/[$`\\]/.test(body.text))
    return { causes: none, stdin: { text: body.text } };
  // Where every sign of an expansion is escaped, bash expands nothing.
  if (!/[$`]|\\\n/.test(body.text.replaceAll(/\\[\\$`]/g, "xx")))
    return { causes: none, stdin: "any" };
  // Quotes in expansions and continued lines are read differently inside a here-document.
  if (/\$\{[^}]*['"\\]|\\\n|\\[`$]|\$\(\([^)]*['"]/.test(body.text) || body.parts === undefined) {
    return { causes: high("unanalysable", "a here-document that bash expands"), stdin: "any" };
  }
  const causes = body.parts.flatMap((part) => {
    if (part.type === "Literal") return none;
    const word: Word = {
      type: "Word",
      text: body.text.slice(0, 40),
      value: "",
      pos: 0,
      end: 0,
      parts: [quoted(part)],
    };
    const { cooked, causes: found } = opener.cook(word);
    return cooked.bad === undefined
      ? found
      : [...found, ...high("unanalysable", `a here-document: ${cooked.bad}`)];
  });
  return { causes, stdin: "any" };
}

type Part = NonNullable<Word["parts"]>[number];

/** In a here-document everything is as if in double quotes. */
function quoted(part: Part): Part {
  return part.type === "SimpleExpansion" ||
    part.type === "ParameterExpansion" ||
    part.type === "CommandExpansion" ||
    part.type === "ArithmeticExpansion"
    ? { type: "DoubleQuoted", pos: part.pos, end: part.end, text: part.text, parts: [part] }
    : part;
}

interface Test {
  cook(word: Word): { readonly cooked: Cooked; readonly causes: Causes };
  isNumber(word: Word): boolean;
}

/** Numbers in `[[ ]]` are arithmetic, and `-v` evaluates subscripts: only files, texts and plain numbers are compared. */
export function judgeTest(expression: TestExpression, test: Test): Causes {
  const plain = (word: Word) => {
    const { cooked, causes } = test.cook(word);
    return cooked.bad === undefined ? causes : [...causes, ...high("unanalysable", cooked.bad)];
  };
  switch (expression.type) {
    case "TestUnary":
      if (/^-[abcdefghknpstuwxzrSLGNO]$/.test(expression.operator))
        return plain(expression.operand);
      return [
        ...high("unanalysable", `[[ with ${expression.operator}`),
        ...plain(expression.operand),
      ];
    case "TestBinary": {
      const both = [...plain(expression.left), ...pattern(expression.right, plain)];
      if (/^(=|==|!=|-nt|-ot|-ef|<|>|=~)$/.test(expression.operator)) return both;
      const numeric =
        /^-(eq|ne|lt|le|gt|ge)$/.test(expression.operator) &&
        test.isNumber(expression.left) &&
        test.isNumber(expression.right);
      return numeric ? both : [...high("unanalysable", `[[ with ${expression.operator}`), ...both];
    }
    case "TestLogical":
      return expression.operands.flatMap((operand) => judgeTest(operand, test));
    case "TestNot":
      return judgeTest(expression.operand, test);
    case "TestGroup":
      return judgeTest(expression.expression, test);
  }
}

/** A pattern or regular expression without anything to expand is only a text. */
function pattern(word: Word, plain: (word: Word) => Causes): Causes {
  return /[$`]/.test(word.text.replaceAll(/\$(?=$|[|)])/g, "")) ? plain(word) : none;
}
