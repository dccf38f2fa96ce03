/** Redirections and the words of `[[ ]]`: what they open, and which scripts inside them are to be judged too. */
import type { ParsedScript, Redirection, TestExpression, Word } from "unbash";
import { type Assessment, high, low, medium, worst } from "./assessment.ts";
import { assessPlace, type Standing } from "./places.ts";
import { cook, fixed, type Variables } from "./words.ts";

/** The risk of one piece of syntax, without that of the scripts that stand inside it. */
export interface Finding {
  readonly assessment: Assessment;
  readonly scripts: readonly ParsedScript[];
}

/** A word whose value does no harm, whatever it is. */
function judgeWord(word: Word, variables: Variables): Finding {
  const cooked = cook(word, variables);
  if (cooked.kind === "bad") return found(high(cooked.why));
  return { assessment: low, scripts: cooked.kind === "unknown" ? cooked.scripts : [] };
}

export function judgeRedirect(
  redirect: Redirection,
  { standing, variables }: { standing: Standing; variables: Variables },
): Finding {
  if (redirect.descriptor?.type === "FileDescriptorVariable") {
    return found(high("opens a file in a variable"));
  }
  if (redirect.type === "HereDoc") return found(assessHereDocument(redirect));
  if (redirect.target === undefined) return found(high("a redirection without a target"));
  if (redirect.type === "HereString") return judgeWord(redirect.target, variables);
  const { operator } = redirect;
  const target = fixed(redirect.target, variables);
  if (target === undefined) {
    return found(high(`redirects to ${redirect.target.text}, which is known only when it runs`));
  }
  if (/^[<>]&$/.test(operator) && /^(\d|-)$/.test(target)) return found(low);
  if (/^\/dev\/(null|stdout|stderr)$/.test(target)) return found(low);
  if (operator === "<&" || operator === "<>") {
    return found(high(`redirects by ${operator} ${target}`));
  }
  const access = operator === "<" ? "read" : "write";
  const place = assessPlace(standing, { text: target, glob: false }, access);
  return found(access === "read" ? place : worst([medium(`writes ${target}`), place]));
}

function assessHereDocument(redirect: Extract<Redirection, { type: "HereDoc" }>): Assessment {
  const { delimiter, body } = redirect;
  if (delimiter === undefined || !/^(['"]?)\w[\w-]*\1$/.test(delimiter.text)) {
    return high("a here-document with an odd end");
  }
  if (delimiter.quoted || !/[$`\\]/.test(body.text)) return low;
  return high("a here-document that bash expands");
}

/** Numbers in `[[ ]]` are arithmetic, and `-v` evaluates subscripts: only files and texts are compared. */
export function judgeTest(expression: TestExpression, variables: Variables): Finding {
  switch (expression.type) {
    case "TestUnary":
      if (/^-[fdesrwxznLhS]$/.test(expression.operator)) {
        return judgeWord(expression.operand, variables);
      }
      return found(high(`[[ with ${expression.operator}`));
    case "TestBinary":
      if (/^(=|==|!=|-nt|-ot)$/.test(expression.operator)) {
        return joined(
          [expression.left, expression.right].map((word) => judgeWord(word, variables)),
        );
      }
      return found(high(`[[ with ${expression.operator}`));
    case "TestLogical":
      return joined(expression.operands.map((operand) => judgeTest(operand, variables)));
    case "TestNot":
      return judgeTest(expression.operand, variables);
    case "TestGroup":
      return judgeTest(expression.expression, variables);
  }
}

function found(assessment: Assessment): Finding {
  return { assessment, scripts: [] };
}

function joined(findings: readonly Finding[]): Finding {
  return {
    assessment: worst(findings.map(({ assessment }) => assessment)),
    scripts: findings.flatMap(({ scripts }) => scripts),
  };
}
