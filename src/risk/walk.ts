/** Walks a parsed script: which folders it may stand in, which values its variables may have, and the risk of every part. */
import { type Cause, type Causes, high, none } from "./assessment.ts";
import { calculateText } from "./builtins.ts";
import { add, cookWhole, plainTextOf, settingOf, type Walker } from "./cooking.ts";
import { walkArithmeticFor, walkFor, walkLoop } from "./loops.ts";
import { type Output, outputOf, throughFilter } from "./output.ts";
import { judgeTest } from "./redirects.ts";
import { judgeCommand, openRedirect } from "./simple-command.ts";
import { branch, fork, merge, type State, type Tour, union } from "./state.ts";
import {
  type AndOr,
  type CommandNode,
  type CompoundList,
  type FunctionNode,
  faultOf,
  type ParsedScript,
  type Pipeline,
  type Statement,
  type SyntaxNode,
  type Word,
} from "./syntax.ts";

import { type Arg, cookWord, NUMBER } from "./words.ts";

/** Deeper scripts are HIGH; they are followed some way further, so that deny rules see them. */
const MAX_DEPTH = 8;
const DEEPEST = 40;

export function createWalk(tour: Tour): Walker {
  const walker: Walker = {
    tour,
    script: walkScript,
    list: walkList,
    callFunction,
  };
  return walker;

  function walkScript(script: ParsedScript, state: State): Causes {
    if (state.depth > DEEPEST) {
      tour.complete = false;
      return high("unanalysable", "is nested too deeply");
    }
    const causes: Cause[] = [];
    if (state.depth > MAX_DEPTH) causes.push(...high("unanalysable", "is nested too deeply"));
    const fault = faultOf(script);
    if (fault !== undefined) {
      tour.complete = false;
      causes.push(...high("unanalysable", `can't be parsed: ${fault}`));
    }
    walkStatements(script.commands, state, causes);
    return causes;
  }

  function walkStatements(statements: readonly Statement[], state: State, causes: Cause[]): void {
    for (const { command, background } of statements) {
      add(causes, walkNode(command, background === true ? fork(state) : state));
    }
  }

  function walkList(list: CompoundList, state: State): Causes {
    const causes: Cause[] = [];
    walkStatements(list.commands, state, causes);
    return causes;
  }

  function walkNode(node: CommandNode | Pipeline | AndOr, state: State): Causes {
    const causes = lookAt(node, state);
    if (tour.dangers !== undefined) note(tour.dangers, node, causes);
    return causes;
  }

  function lookAt(node: CommandNode | Pipeline | AndOr, state: State): Causes {
    if (--tour.steps < 0) {
      tour.complete = false;
      return high("unanalysable", "has more parts than can be looked at");
    }
    switch (node.type) {
      case "Command":
        return judgeCommand(node, state, walker);
      case "Pipeline":
        return walkPipeline(node, state);
      case "AndOr":
        return walkAndOr(node, state);
      case "Subshell":
        return walkList(node.body, fork(state));
      case "BraceGroup":
        return walkList(node.body, state);
      case "If":
        return [
          ...walkList(node.clause, state),
          ...[node.then, ...node.elif.flatMap((part) => [part.clause, part.then]), node.else]
            .filter((list) => list !== undefined)
            .flatMap((list) => branch(state, (inner) => walkList(list, inner))),
        ];
      case "For":
      case "Select":
        return walkFor(node, { state, walker });
      case "While":
        return walkLoop({ lists: [node.clause, node.body] }, { state, walker });
      case "ArithmeticFor":
        return walkArithmeticFor(node, { state, walker });
      case "Case":
        return walkCase(node, state);
      case "Redirected":
        return walkRedirected(node, state);
      case "TestCommand":
        return judgeTest(node.expression, {
          cook: (word) => cookSilently(word, state),
          isNumber: (word) => isNumber(word, state),
        });
      case "ArithmeticCommand":
        return calculateText(node.body, state);
      case "Function":
        return define(node, state);
      case "Coproc":
        return node.body.type === "CompoundList"
          ? high("unanalysable", "a coproc that can't be read")
          : walkNode(node.body, fork(state));
    }
  }

  /** Tests show nothing, so a secret in them is no harm unless they are traced. */
  function cookSilently(word: Word, state: State) {
    const { cooked, causes } = cookWhole(word, { state, walker });
    return { cooked, causes: causes.filter((cause) => tour.traced || cause.kind !== "secret") };
  }

  function walkPipeline(node: Pipeline, state: State): Causes {
    const [only, ...others] = node.commands;
    if (only !== undefined && others.length === 0) return walkNode(only, state);
    const causes: Cause[] = [];
    let stdin: Output | "none" = state.stdin;
    for (const [index, command] of node.commands.entries()) {
      const here = fork(state, { stdin });
      add(causes, walkNode(command, here));
      const text = plainTextOf(here, walker);
      stdin =
        index === 0 || stdin === "none"
          ? outputOf(command, text)
          : throughFilter(stdin, command, text);
    }
    return causes;
  }

  function walkRedirected(
    node: Extract<CommandNode, { type: "Redirected" }>,
    state: State,
  ): Causes {
    const causes: Cause[] = [];
    let { stdin } = state;
    for (const redirect of node.redirects) {
      const opened = openRedirect(redirect, state, walker);
      add(causes, opened.causes);
      stdin = opened.stdin ?? stdin;
    }
    const inner: State = { ...state, stdin };
    add(causes, walkNode(node.command, inner));
    state.folders = inner.folders;
    state.meant = inner.meant;
    state.variables = inner.variables;
    state.owned = inner.owned;
    return causes;
  }

  /** After `cd a &&` the rest of the list stands in `a`; after the list, in either. */
  function walkAndOr(node: AndOr, state: State): Causes {
    const causes: Cause[] = [];
    let seen = state.folders;
    let at = state;
    for (const [index, command] of node.commands.entries()) {
      if (index === 1) {
        state.owned = false;
        at = { ...state, owned: false, conditional: true, folders: at.folders };
        if (node.operators[0] === "&&" && isChangeOfFolder(node.commands[0]))
          at.folders = state.arrived;
      }
      at.arrived = at.folders;
      add(causes, walkNode(command, at));
      seen = union(seen, at.folders);
      const operator = node.operators[index];
      if (index > 0 && operator === "||") {
        merge(state, at);
        at = { ...at, variables: state.variables, owned: false };
        state.owned = false;
      }
      if (index > 0 || operator === "||") {
        at.folders =
          operator === "&&" ? (isChangeOfFolder(command) ? at.arrived : at.folders) : seen;
      }
    }
    if (at !== state) merge(state, at);
    if (node.operators.every((operator) => operator === "&&")) state.meant = at.meant;
    state.folders = seen;
    return causes;
  }

  function walkCase(node: Extract<CommandNode, { type: "Case" }>, state: State): Causes {
    const causes: Cause[] = [...cookSilently(node.word, state).causes];
    for (const item of node.items) {
      for (const pattern of item.pattern) {
        if (/[$`]/.test(pattern.text)) add(causes, cookSilently(pattern, state).causes);
      }
      add(
        causes,
        branch(state, (inner) => walkList(item.body, inner)),
      );
    }
    return causes;
  }

  function define(node: FunctionNode, state: State): Causes {
    const name = node.name.text;
    const before = tour.functions.get(name);
    const certain = !state.conditional && !state.forked && before === undefined;
    tour.functions.set(name, { node, certain });
    if (!/^[A-Za-z_][\w:.-]*$/.test(name) && !/^[:_]$/.test(name))
      return high("unanalysable", `a function called ${name}`);
    if (
      /^command_not_found_handle|^(cd|command|builtin|exec|eval|source|unset|export|read|set|trap|return|exit|test|echo|printf|\.|:)$/.test(
        name,
      )
    ) {
      return high("unanalysable", `a function called ${name} changes what later commands mean`);
    }
    // One of two functions of a name may be meant: both are looked at.
    return before === undefined ? none : [...high("unanalysable", `defines ${name} twice`)];
  }

  function callFunction(name: string, state: State, args: readonly (readonly Arg[])[]): Causes {
    const known = tour.functions.get(name);
    if (known === undefined) return none;
    if (state.calls.includes(name)) return high("irreversible", `${name} calls itself without end`);
    if (state.calls.length > MAX_DEPTH || known.node.body.type === "CompoundList") {
      tour.complete = false;
      return high("unanalysable", `${name} is nested too deeply`);
    }
    const inner: State = { ...state, calls: [...state.calls, name], positional: { args } };
    const causes = walkNode(known.node.body, inner);
    state.folders = union(state.folders, inner.folders);
    state.meant = inner.meant;
    state.variables = inner.variables;
    state.owned = inner.owned;
    return causes;
  }

  function isNumber(word: Word, state: State): boolean {
    const setting = settingOf(state, walker);
    return cookWord(word, setting).every(
      (cooked) =>
        cooked.bad === undefined &&
        cooked.values.every(
          (value) =>
            value === NUMBER ||
            value.made === "token" ||
            (value.made === undefined && /^-?\d+$/.test(value.text)),
        ),
    );
  }
}

function isChangeOfFolder(node: CommandNode | Pipeline | undefined): boolean {
  return node?.type === "Command" && /^(cd|pushd)$/.test(node.name?.value ?? "");
}

function note(dangers: Map<SyntaxNode, Set<string>>, node: SyntaxNode, causes: Causes): void {
  for (const { risk, text } of causes) {
    if (risk !== "HIGH") continue;
    const texts = dangers.get(node) ?? new Set();
    dangers.set(node, texts.add(text));
  }
}
