/** Walks a parsed script: which folders it may stand in, which values its variables may have, and the risk of every part. */
import { resolve } from "node:path";
import {
  type AndOr,
  type Assignment,
  type Command,
  type CommandNode,
  type CompoundList,
  type ParsedScript,
  type Pipeline,
  type Redirection,
  type Statement,
} from "unbash";
import { type Assessment, high, low, worst } from "./assessment.ts";
import { resolveInside } from "./inside.ts";
import { assessPlace } from "./places.ts";
import { assessProgram } from "./programs.ts";
import { type Finding, judgeRedirect, judgeTest } from "./redirects.ts";
import { assignedNames, isChangeOfFolder, isComposed, spread } from "./syntax.ts";
import { cook, fixed, type Literal } from "./words.ts";

interface Setting {
  readonly root: string;
  readonly scripts: Readonly<Record<string, string>> | undefined;
}

/** What is known at one point of the script. */
interface State {
  folders: readonly string[];
  /** Where the newest `cd` leads if it succeeds. */
  arrived: readonly string[];
  variables: ReadonlyMap<string, readonly Literal[] | "unknown">;
  readonly depth: number;
  readonly inLoop: boolean;
  /** Whether this part may be left out, so that what it sets is not certain. */
  readonly conditional: boolean;
}

const MAX_DEPTH = 8;
const MAX_FOLDERS = 16;

/** Variables that a command may be given; all others can change what programs do. */
const PREFIXES =
  /^(CI|NODE_ENV|DEBUG|VERBOSE|FORCE_COLOR|NO_COLOR|CLICOLOR|COLUMNS|LANG|LC_ALL|TZ|RUST_BACKTRACE|RUST_LOG|PYTHONDONTWRITEBYTECODE|PYTHONUNBUFFERED|CGO_ENABLED|GOOS|GOARCH|UPDATE_SNAPSHOTS?|TEST_\w+|PORT)$/;
/** Names that no program reads, as far as conventions go: lower case without a known prefix, or one letter. */
const OWN_NAME =
  /^(?!npm_|http|https|ftp|all_|no_|ld_|git_|histchars$|auto_resume$)([a-z][a-z0-9_]*|[A-Z])$/;

/** Commands whose arguments are only printed or ignored, so that values known at run time do no harm. */
const PRINTERS = new Set(["echo", "true", "false", ":", "printf"]);

export function createWalk(setting: Setting): { assess(script: ParsedScript): Assessment } {
  const start: State = {
    folders: [setting.root],
    arrived: [setting.root],
    variables: new Map(),
    depth: 0,
    inLoop: false,
    conditional: false,
  };
  return { assess: (script) => walkScript(script, start) };

  function walkScript(script: ParsedScript, state: State): Assessment {
    if (state.depth > MAX_DEPTH) return high("is nested too deeply");
    if (script.errors !== undefined && script.errors.length > 0) {
      return high(`can't be parsed: ${script.errors[0]?.message ?? "syntax error"}`);
    }
    if (script.shebang !== undefined) return high("begins with #!");
    return walkStatements(script.commands, state);
  }

  function walkStatements(statements: readonly Statement[], state: State): Assessment {
    return worst(
      statements.map((statement) => {
        if (!statement.background) return walkNode(statement.command, state);
        return walkNode(statement.command, { ...state });
      }),
    );
  }

  function walkNode(node: CommandNode | Pipeline | AndOr, state: State): Assessment {
    switch (node.type) {
      case "Command":
        return walkCommand(node, state);
      case "Pipeline":
        return worst(
          node.commands.map((part) =>
            walkNode(part, node.commands.length === 1 ? state : { ...state }),
          ),
        );
      case "AndOr":
        return walkAndOr(node, state);
      case "Subshell":
        return walkList(node.body, { ...state });
      case "BraceGroup":
        return walkList(node.body, state);
      case "If":
        return worst([
          walkList(node.clause, state),
          ...[node.then, node.else, ...node.elif.flatMap((part) => [part.clause, part.then])]
            .filter((list) => list !== undefined)
            .map((list) => perhaps(state, (inner) => walkList(list, inner))),
        ]);
      case "For":
        return walkFor(node, state);
      case "While":
        return worst(
          [node.clause, node.body].map((list) => {
            const inside = enterLoop(state, [node.clause, node.body]);
            const assessed = walkList(list, inside);
            state.variables = inside.variables;
            return assessed;
          }),
        );
      case "Redirected":
        return worst([
          ...node.redirects.map((redirect) => walkRedirect(redirect, state)),
          walkNode(node.command, state),
        ]);
      case "TestCommand":
        return walkFinding(judgeTest(node.expression, state.variables), state);
      case "Function":
      case "Coproc":
      case "Case":
      case "Select":
      case "ArithmeticFor":
      case "ArithmeticCommand":
        return high(`uses ${node.type}, which is not analysed`);
    }
  }

  function walkList(list: CompoundList, state: State): Assessment {
    return walkStatements(list.commands, state);
  }

  /** Walks a part that may not run: what it sets afterwards is one of several possibilities. */
  function perhaps(state: State, walk: (inner: State) => Assessment): Assessment {
    const inner: State = { ...state, conditional: true };
    const assessed = walk(inner);
    state.folders = union(state.folders, inner.folders);
    state.variables = inner.variables;
    return assessed;
  }

  /** After `cd a &&` the rest of the list stands in `a`; after the list, in either. */
  function walkAndOr(node: AndOr, state: State): Assessment {
    const inner: State = { ...state };
    let seen = state.folders;
    const parts = node.commands.map((command, index) => {
      const at: State = { ...inner, conditional: inner.conditional || index > 0 };
      const assessed = walkNode(command, at);
      seen = union(seen, at.folders);
      inner.variables = at.variables;
      const certain = isChangeOfFolder(command) ? at.arrived : at.folders;
      inner.folders = node.operators[index] === "&&" ? certain : seen;
      return assessed;
    });
    state.folders = seen;
    state.variables = inner.variables;
    return worst(parts);
  }

  function walkFor(node: Extract<CommandNode, { type: "For" }>, state: State): Assessment {
    const name = node.name.text;
    if (!OWN_NAME.test(name)) return high(`sets the variable ${name}`);
    if (node.wordlist === undefined) return high("loops over the arguments of the script");
    const values: Literal[] = [];
    const parts: Assessment[] = [];
    let unknown = false;
    for (const word of node.wordlist) {
      const cooked = cook(word, state.variables);
      if (cooked.kind === "bad") return high(cooked.why);
      if (cooked.kind === "known") values.push(...cooked.values);
      else {
        unknown = true;
        parts.push(...cooked.scripts.map((script) => walkScript(script, deeper(state))));
      }
    }
    const inside = enterLoop(state, [node.body]);
    setVariable(inside, name, unknown || values.length === 0 ? "unknown" : values);
    const body = walkList(node.body, inside);
    setVariable(inside, name, "unknown");
    state.variables = inside.variables;
    return worst([...parts, body]);
  }

  /** A later turn of a loop sees what an earlier one has set: all that it assigns is unknown from its start. */
  function enterLoop(state: State, lists: readonly CompoundList[]): State {
    const variables = new Map(state.variables);
    for (const name of lists.flatMap((list) => assignedNames(list))) variables.set(name, "unknown");
    return { ...state, inLoop: true, conditional: true, variables };
  }

  function walkCommand(command: Command, state: State): Assessment {
    const parts: Assessment[] = command.redirects.map((redirect) => walkRedirect(redirect, state));
    const assignments = command.prefix.filter((part) => part.type === "Assignment");
    parts.push(
      ...assignments.map((part) =>
        walkAssignment(part, { state, alone: command.name === undefined }),
      ),
    );
    if (command.name === undefined) return worst(parts);
    const name = fixed(command.name, state.variables);
    if (name === undefined || isComposed(command.name)) {
      return worst([
        ...parts,
        high(`runs ${command.name.text}, a command known only when it runs`),
      ]);
    }
    const argv: Literal[][] = [];
    for (const argument of command.args) {
      if (argument.type === "Assignment")
        return worst([...parts, high(`${name} sets ${argument.text}`)]);
      const cooked = cook(argument, state.variables);
      if (cooked.kind === "bad") parts.push(high(`${name}: ${cooked.why}`));
      else if (cooked.kind === "known") argv.push([...cooked.values]);
      else {
        parts.push(...cooked.scripts.map((script) => walkScript(script, deeper(state))));
        const first = name === "printf" && argv.length === 0;
        if (first || !PRINTERS.has(name)) {
          parts.push(high(`${name} gets ${argument.text}, a value known only when it runs`));
        }
      }
    }
    if (name === "cd") parts.push(changeFolder(argv, state));
    else {
      const standing = { root: setting.root, folders: state.folders, scripts: setting.scripts };
      const ways = spread(argv);
      if (ways === undefined)
        parts.push(high(`${name} has too many possible arguments to look at`));
      else parts.push(...ways.map((words) => assessProgram({ name, argv: words, standing })));
    }
    return worst(parts);
  }

  function changeFolder(argv: readonly Literal[][], state: State): Assessment {
    const [target] = argv;
    const only = target?.length === 1 ? target[0] : undefined;
    if (argv.length !== 1 || only === undefined || only.glob || only.text.startsWith("-")) {
      return high("cd to a folder that is not fixed");
    }
    if (state.inLoop) return high("cd inside a loop");
    const places = state.folders.map((folder) => resolveInside(setting.root, folder, only.text));
    const entered = places.flatMap((place) => (place.at === "inside" ? [place.absolute] : []));
    if (entered.length < places.length) return high(`cd ${only.text} leaves the checkout`);
    // bash remembers the way it came, the kernel does not: `..` after a link differs.
    const lexical = state.folders.map((folder) => resolve(folder, only.text));
    if (lexical.some((path) => !entered.includes(path)))
      return high(`cd ${only.text} leads through a link`);
    state.arrived = entered;
    state.folders = union(state.folders, entered);
    if (state.folders.length > MAX_FOLDERS) return high("changes folders too often");
    return worst(
      places.map(() =>
        assessPlace({ root: setting.root, folders: entered }, { text: ".", glob: false }, "read"),
      ),
    );
  }

  function walkAssignment(
    part: Assignment,
    { state, alone }: { state: State; alone: boolean },
  ): Assessment {
    const allowed = alone ? OWN_NAME.test(part.name) : PREFIXES.test(part.name);
    if (!allowed) return high(`sets the variable ${part.name}`);
    if (part.index !== undefined || part.append || part.value.type === "ArrayValue") {
      return high(`sets ${part.text}, which is not analysed`);
    }
    const cooked = cook(part.value, state.variables);
    if (cooked.kind === "bad") return high(cooked.why);
    if (alone) {
      // A value that is set twice, or perhaps not at all, is as good as unknown.
      const known =
        cooked.kind === "known" && !state.conditional && !state.variables.has(part.name);
      setVariable(
        state,
        part.name,
        known ? cooked.values.map((value) => ({ ...value, glob: false })) : "unknown",
      );
    }
    if (cooked.kind === "known") return low;
    return worst(cooked.scripts.map((script) => walkScript(script, deeper(state))));
  }

  function walkRedirect(redirect: Redirection, state: State): Assessment {
    const standing = { root: setting.root, folders: state.folders };
    return walkFinding(judgeRedirect(redirect, { standing, variables: state.variables }), state);
  }

  function walkFinding({ assessment, scripts }: Finding, state: State): Assessment {
    return worst([assessment, ...scripts.map((script) => walkScript(script, deeper(state)))]);
  }
}

function deeper(state: State): State {
  return { ...state, depth: state.depth + 1 };
}

function setVariable(state: State, name: string, values: readonly Literal[] | "unknown"): void {
  state.variables = new Map(state.variables).set(name, values);
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])];
}
