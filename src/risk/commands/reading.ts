/** How programs that only read are judged: their operands are paths, texts, or a pattern with paths. `*` stands where no option writes or runs anything. */
import { high, none } from "../assessment.ts";
import { hasOption, parseArgs, type Spec, toSpec } from "../options.ts";
import { namesSecrets } from "../paths.ts";
import { judgePlaces } from "../places.ts";
import { type Judge, odd } from "../scene.ts";
import type { Arg } from "../words.ts";

interface Reader {
  readonly spec: Spec;
  /** What the operands are; `pattern`: the first is a text unless one of `patternBy` is there. */
  readonly operands: "paths" | "texts" | "pattern";
  /** More operands than this would be outputs. */
  readonly most: number;
  readonly patternBy: readonly string[];
}

export function paths(options: string, most = Infinity): Judge {
  return reader({ spec: toSpec(options), operands: "paths", most, patternBy: [] });
}

/** Programs that show names, sizes and times, never contents: a secret of the checkout stays one. */
export function shownOnly(options: string): Judge {
  const judge = paths(options);
  return (call) =>
    judge(call).filter(
      (cause) => cause.kind !== "secret" || cause.text.includes("outside the checkout"),
    );
}

export function texts(options: string, most = Infinity): Judge {
  return reader({ spec: toSpec(options), operands: "texts", most, patternBy: [] });
}

export function pattern(options: string, patternBy: readonly string[]): Judge {
  return reader({ spec: toSpec(options), operands: "pattern", most: Infinity, patternBy });
}

function reader({ spec, operands, most, patternBy }: Reader): Judge {
  return ({ name, args, scene }) => {
    if (operands === "texts") {
      // No text does harm here, known or not.
      const parsed = parseArgs(
        args.filter((word) => word.made !== "any" || word.text !== "" || name === "hash"),
        spec,
      );
      const tooMany = parsed.operands.length > most;
      return parsed.odd === undefined && !tooMany ? none : odd(name, parsed.odd ?? "more operands");
    }
    const parsed = parseArgs(args, spec);
    if (parsed.odd !== undefined) return odd(name, parsed.odd);
    const withPattern = operands === "pattern" && !hasOption(parsed, ...patternBy);
    const asked = parsed.options.find(
      (option) => /^(--include|-g|--glob|--iglob)$/.test(option.name) && asksFor(option.value),
    );
    if (asked !== undefined)
      return high(
        "secret",
        `${name} looks into ${asked.value?.text ?? ""}, which may hold secrets`,
      );
    const files = withPattern ? parsed.operands.slice(1) : parsed.operands;
    if (most !== Infinity && (files.length > most || files.some((file) => file.glob))) {
      return high("unanalysable", `${name} with more operands than it reads`);
    }
    const first = withPattern ? parsed.operands[0] : undefined;
    return [
      ...(first?.glob === true ? judgePlaces(scene, [first], "read") : none),
      ...judgePlaces(scene, parsed.reads, "read"),
      ...judgePlaces(scene, parsed.writes, "write"),
      ...judgePlaces(
        scene,
        files.filter((file) => file.text !== "-" || file.glob),
        "read",
      ),
    ];
  };
}

/** A pattern of files that are secrets; with `!` in front they are left out. */
function asksFor(value: Arg | undefined): boolean {
  return value !== undefined && !value.text.startsWith("!") && namesSecrets(value.text);
}
