/** Loops: what holds in every turn of one, and the names that it goes through. */
import { type Cause, type Causes, high } from "./assessment.ts";
import { holdsNumber } from "./builtins.ts";
import { add, type Site, settingOf } from "./cooking.ts";
import { spellPattern } from "./places.ts";
import { ANYTHING, deeper, merge, type State, setVariable } from "./state.ts";
import {
  type ArithmeticExpression,
  assignedNames,
  type CommandNode,
  type CompoundList,
} from "./syntax.ts";
import { assignmentOf } from "./variables.ts";
import { type Arg, cookWord, NUMBER } from "./words.ts";

export function walkFor(
  node: Extract<CommandNode, { type: "For" | "Select" }>,
  site: Site,
): Causes {
  const { state, walker } = site;
  const name = node.name.text;
  const causes: Cause[] = [];
  if (!/^[A-Za-z_]\w*$/.test(name) || assignmentOf(name, "shell") === "dangerous") {
    add(causes, high("unanalysable", `sets the variable ${name}`));
  }
  const values: Arg[] = [];
  for (const word of node.wordlist ?? []) {
    if (word.text === '"$@"' && state.positional.args !== undefined) {
      values.push(...state.positional.args.flat());
      continue;
    }
    for (const cooked of cookWord(word, settingOf(state, walker))) {
      if (cooked.bad !== undefined) add(causes, high("unanalysable", cooked.bad));
      if (cooked.secret !== undefined)
        add(causes, high("secret", `a loop goes through ${cooked.secret}`));
      for (const script of cooked.scripts) add(causes, walker.script(script, deeper(state)));
      values.push(...(cooked.bad === undefined ? cooked.values : ANYTHING));
    }
  }
  const turn =
    node.wordlist === undefined
      ? (state.positional.args?.flat() ?? ANYTHING)
      : values.flatMap((value) => spellLoop(value, site));
  add(
    causes,
    walkLoop(
      {
        lists: [node.body],
        begin: (inside) => setVariable(inside, name, turn.length === 0 ? ANYTHING : turn),
        own: name,
      },
      site,
    ),
  );
  setVariable(state, name, ANYTHING);
  return causes;
}

/** A pattern that is looped over gives one name after another: those that are there, and one that may come. */
function spellLoop(value: Arg, { state }: Site): readonly Arg[] {
  if (!value.glob || value.made !== undefined) return [value];
  const names = spellPattern(state.folders, value.text);
  if (typeof names === "string" || names.length > MAX_NAMES) return [value];
  return names.map((text) => ({ text, glob: false }));
}

const MAX_NAMES = 40;

interface Loop {
  readonly lists: readonly CompoundList[];
  /** Sets what every turn begins with. */
  readonly begin?: (inside: State) => void;
  /** The variable that the loop itself sets. */
  readonly own?: string;
}

/** A later turn sees what an earlier one has set: all that the loop assigns is uncertain from its start. */
export function walkLoop({ lists, begin, own }: Loop, { state, walker }: Site): Causes {
  state.owned = false;
  const inside: State = { ...state, owned: false, inLoop: true, conditional: true };
  for (const list of lists) {
    for (const [name, kind] of assignedNames(list, walker.tour.functions)) {
      if (name === "*") {
        for (const known of state.variables.keys()) setVariable(inside, known, ANYTHING);
        continue;
      }
      const before = state.variables.get(name);
      const counts = kind === "number" && (before === undefined || holdsNumber(state, name));
      if (name !== own) setVariable(inside, name, counts ? [NUMBER] : ANYTHING);
    }
  }
  begin?.(inside);
  const { args } = state.positional;
  const turn = () => lists.flatMap((list) => walker.list(list, inside));
  const causes = turn();
  // Where one turn shifts the arguments, the next sees others.
  if (state.positional.args !== args) add(causes, turn());
  merge(state, inside);
  return causes;
}

export function walkArithmeticFor(
  node: Extract<CommandNode, { type: "ArithmeticFor" }>,
  site: Site,
): Causes {
  const { state } = site;
  const names = [node.initialize, node.test, node.update].flatMap((part) =>
    part === undefined ? [] : [namesOf(part)],
  );
  const plain = names.every((list) => list !== undefined);
  const all = names.flatMap((list) => list ?? []);
  const odd = all.find(
    (name) =>
      assignmentOf(name, "shell") === "dangerous" ||
      (state.variables.has(name) && !holdsNumber(state, name)),
  );
  if (!plain || odd !== undefined) {
    return [
      ...high("unanalysable", "a loop with arithmetic that can't be analysed"),
      ...walkLoop({ lists: [node.body] }, site),
    ];
  }
  const begin = (inside: State) => {
    for (const name of all) setVariable(inside, name, [NUMBER]);
  };
  return walkLoop({ lists: [node.body], begin }, site);
}

/** The names in arithmetic that is nothing but numbers, names and operators. */
function namesOf(expression: ArithmeticExpression): readonly string[] | undefined {
  switch (expression.type) {
    case "ArithmeticWord":
      if (/^\d+$/.test(expression.value)) return [];
      return /^\$?[A-Za-z_]\w*$/.test(expression.value)
        ? [expression.value.replace("$", "")]
        : undefined;
    case "ArithmeticBinary":
      return both(namesOf(expression.left), namesOf(expression.right));
    case "ArithmeticUnary":
      return namesOf(expression.operand);
    case "ArithmeticTernary":
      return both(
        namesOf(expression.test),
        both(namesOf(expression.consequent), namesOf(expression.alternate)),
      );
    case "ArithmeticGroup":
      return namesOf(expression.expression);
    case "ArithmeticCommandExpansion":
      return undefined;
  }
}

function both(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  return a === undefined || b === undefined ? undefined : [...a, ...b];
}
