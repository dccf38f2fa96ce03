/** Commands that change named files of the checkout, and `sed`/`awk` with scripts plain enough to be read. */
import { type Assessment, high, low, medium, worst } from "./assessment.ts";
import { type OptionRules, parseOptions } from "./options.ts";
import { assessPlace, type Standing } from "./places.ts";
import type { Literal } from "./words.ts";

interface Editor extends OptionRules {
  /** `copy`: the last operand is written, the others are read; `move`: all are written. */
  readonly operands: "written" | "copy" | "move" | "mode";
}

const EDITORS: Readonly<Record<string, Editor>> = {
  mkdir: { operands: "written", alone: /^(-[pv]+|--(parents|verbose))$/ },
  touch: { operands: "written", alone: /^-[acm]+$/ },
  rmdir: { operands: "written", alone: /^-[pv]+$/ },
  rm: { operands: "written", alone: /^(-[rRfvdI]+|--(recursive|force|verbose|dir))$/ },
  tee: { operands: "written", alone: /^(-a|--append)$/ },
  cp: {
    operands: "copy",
    alone: /^(-[rRafnpuv]+|--(recursive|archive|force|no-clobber|verbose))$/,
  },
  mv: { operands: "move", alone: /^(-[fnuv]+|--(force|no-clobber|verbose))$/ },
  chmod: { operands: "mode", alone: /^-v$/ },
};

const MODE = /^([ugoa]*[+-][rwxX]+|0?[0-7]{3})$/;

/** The risk of a command that edits, or undefined where `name` is none. */
export function assessEditor(
  name: string,
  argv: readonly Literal[],
  standing: Standing,
): Assessment | undefined {
  if (name === "sed") return assessSed(argv, standing);
  if (name === "awk") return assessAwk(argv, standing);
  const editor = Object.hasOwn(EDITORS, name) ? EDITORS[name] : undefined;
  if (editor === undefined) return undefined;
  // `chmod -x file` and `chmod -w file` are modes, not options.
  const mode = editor.operands === "mode" ? argv.find((word) => MODE.test(word.text)) : undefined;
  const parsed = parseOptions(
    argv.filter((word) => word !== mode),
    editor,
  );
  if (!parsed.ok)
    return high(`${name} with ${parsed.option}, which is not known to stay in the checkout`);
  if (editor.operands === "mode" && mode === undefined)
    return high(`${name} with a mode that is not plain`);
  const { operands } = parsed;
  if (operands.length === 0)
    return name === "tee" ? medium("tee without a file") : high(`${name} without a path`);
  if (name === "rm") return assessRemoval(operands, standing);
  return worst([
    medium(`${name} changes files of the checkout`),
    ...assessOperands(editor.operands, operands, standing),
  ]);
}

function assessOperands(
  kind: Editor["operands"],
  operands: readonly Literal[],
  standing: Standing,
): readonly Assessment[] {
  if (kind === "written" || kind === "mode") {
    return operands.map((word) => assessPlace(standing, word, "write"));
  }
  const target = operands.at(-1);
  const sources = operands.slice(0, -1);
  if (target === undefined || target.glob || sources.length === 0)
    return [high("a copy without a fixed target")];
  // In a folder, the source keeps its name: `cp templates/.bashrc .`.
  const landed = sources.map((source) => ({
    text: `${target.text}/${source.text.split("/").findLast((part) => part !== "") ?? ""}`,
    glob: source.glob,
  }));
  return [
    ...sources.map((word) => assessPlace(standing, word, "read")),
    ...sources.map((word) => (kind === "move" ? assessPlace(standing, word, "write") : low)),
    ...landed
      .filter((word) => !word.text.endsWith("/.."))
      .map((word) => underTarget(word, standing)),
    assessPlace(standing, target, "write"),
  ];
}

/** The landed name only matters for what it is called: where it leads is the target's business. */
function underTarget(word: Literal, standing: Standing): Assessment {
  const assessed = assessPlace(standing, { text: word.text, glob: false }, "write");
  return assessed.reasons.some((reason) => reason.includes("broken link")) ? low : assessed;
}

function assessRemoval(operands: readonly Literal[], standing: Standing): Assessment {
  const wide = operands.find(
    (word) => /^(\.\/?)*$/.test(word.text) || (word.glob && /^(\.\/)*[*?]+(\/|$)/.test(word.text)),
  );
  if (wide !== undefined) return high(`rm ${wide.text} deletes more than named files`);
  const roots = operands.filter((word) =>
    assessPlace(standing, word, "write").reasons.includes("changes ."),
  );
  if (roots.length > 0) return high("rm deletes the whole checkout");
  return worst([
    medium("rm deletes files of the checkout"),
    ...operands.map((word) => assessPlace(standing, word, "write")),
  ]);
}

const ADDRESS = String.raw`(\d+|\$|/(?:[^/\\\n]|\\.)*/)`;
const PRINT = new RegExp(`^${ADDRESS}?(,${ADDRESS})?[pd=]$|^${ADDRESS}(,${ADDRESS})?q$`);
const SUBSTITUTE = new RegExp(
  String.raw`^(${ADDRESS}(,${ADDRESS})?)?s([/|#,:@!%])(?:(?!\5)[^\\\n]|\\.)*\5(?:(?!\5)[^\\\n]|\\.)*\5[gIip0-9]*$`,
);

function assessSed(argv: readonly Literal[], standing: Standing): Assessment {
  const parsed = parseOptions(argv, {
    alone:
      /^(-[nErsz]+|-i(\.\w+)?|-[nEr]+i|--(quiet|silent|regexp-extended|in-place|in-place=\.\w+)|-e.+|--expression=.*)$/,
    valued: /^(-[nEr]*e|--expression)$/,
  });
  if (!parsed.ok) return high(`sed with ${parsed.option}`);
  // A script given by -e is not looked at: sed is then more than a plain edit.
  if (parsed.options.some((option) => /^(-[nEr]*e|--expression)/.test(option)))
    return high("sed with -e");
  const [script, ...files] = parsed.operands;
  if (script === undefined || script.glob) return high("sed without a fixed script");
  if (!PRINT.test(script.text) && !SUBSTITUTE.test(script.text)) {
    return high(`sed with the script ${script.text}, which is not a plain one`);
  }
  const inPlace = parsed.options.some((option) => /^(-[nEr]*i|--in-place)/.test(option));
  const places = files.map((file) => assessPlace(standing, file, inPlace ? "write" : "read"));
  return worst([inPlace ? medium("sed edits files of the checkout") : low, ...places]);
}

const AWK_PRINT =
  /^(NR ?[=!<>]=? ?\d+ ?|\/[^/\\"]*\/ ?)?\{ ?print( ?\$(\d+|NF)(, ?\$(\d+|NF))*)? ?\}$/;

function assessAwk(argv: readonly Literal[], standing: Standing): Assessment {
  const parsed = parseOptions(argv, { alone: /^-F[^|]{1,3}$/, valued: /^-F$/ });
  if (!parsed.ok) return high(`awk with ${parsed.option}`);
  const [program, ...files] = parsed.operands;
  if (program === undefined || !AWK_PRINT.test(program.text)) {
    return high("awk with a program that does more than print fields");
  }
  // awk reads an operand like `x=1` as an assignment, which changes nothing here; as a path it is harmless too.
  return worst(files.map((file) => assessPlace(standing, file, "read")));
}
