/** sed, awk, jq and yq: small languages whose programs are read as far as it takes to see that they only print or edit in place. */
import { type Causes, high, none } from "../assessment.ts";
import { hasOption, parseArgs, toSpec } from "../options.ts";
import { judgePlaces } from "../places.ts";
import { type Call, each, odd, type Table } from "../scene.ts";
import { isPlainSed } from "./sed-script.ts";

const SED = toSpec(
  "-n -E -r -s -z -u -i= -e: -l: --quiet --silent --regexp-extended --in-place= --expression: --null-data --separate --posix --sandbox --debug --unbuffered --version --help",
);

function judgeSed({ name, args, scene }: Call): Causes {
  const parsed = parseArgs(args, SED);
  if (parsed.odd !== undefined) return odd(name, parsed.odd);
  const given = parsed.options.filter(
    ({ name: option }) => option === "-e" || option === "--expression",
  );
  const operands = [...parsed.operands];
  // On other systems `-i ''` names an empty suffix.
  if (operands[0]?.text === "" && hasOption(parsed, "-i")) operands.shift();
  const scripts = given.length > 0 ? given.map(({ value }) => value) : [operands.shift()];
  for (const script of scripts) {
    if (script === undefined || script.glob || script.made === "any" || script.made === "path") {
      return high("unanalysable", "sed with a script known only when it runs");
    }
    if (!isPlainSed(script.text)) {
      return high("unanalysable", `sed with the script ${script.text}, which is not a plain one`);
    }
  }
  const inPlace = hasOption(parsed, "-i", "--in-place");
  return judgePlaces(scene, operands, inPlace ? "write" : "read");
}

const AWK = toSpec(
  "-F: -v: --field-separator: --assign: --re-interval --posix --traditional --csv --version",
);
const AWK_OUTWARD =
  /\b(system|getline|ENVIRON|PROCINFO|ARGV|ARGC|SYMTAB|FUNCTAB|close|BEGINFILE|ENDFILE)\b|@/;

function judgeAwk({ name, args, scene }: Call): Causes {
  const parsed = parseArgs(args, AWK);
  if (parsed.odd !== undefined) return odd(name, parsed.odd);
  const [program, ...files] = parsed.operands;
  const plain =
    program !== undefined &&
    program.made === undefined &&
    !program.glob &&
    isPlainAwk(program.text);
  if (!plain) {
    return high("unanalysable", "awk with a program that may do more than print");
  }
  return judgePlaces(
    scene,
    files.filter((file) => !/^\w+=/.test(file.text) && file.text !== "-"),
    "read",
  );
}

/** awk writes with `>` after print, and runs with `|`; both may also stand in texts and regular expressions. */
function isPlainAwk(program: string): boolean {
  if (AWK_OUTWARD.test(program)) return false;
  const withoutRegex = program.replaceAll(/(^|[(,!~&|{;=\n]\s*)\/[^/"\n]*\//g, "$1x");
  const code = withoutRegex.includes("/")
    ? withoutRegex
    : withoutRegex.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, "x");
  if (/\|/.test(code.replaceAll("||", ""))) return false;
  return !/\bprintf?\b[^;}\n]*>/.test(code) && !/["\\]\s*>|>\s*["\\]/.test(code);
}

const JQ = toSpec(
  "-r -c -e -s -S -M -C -j -a -n -R -0 --raw-output --compact-output --exit-status --slurp --sort-keys --tab --indent: --join-output --null-input --raw-input --color-output --monochrome-output --ascii-output --raw-output0 --seq --stream --arg: --argjson: --args --jsonargs --slurpfile: --rawfile: --version --unbuffered -h --help",
);
const JQ_OUTWARD =
  /(?<![.\w"$])env\b|\$ENV|\$__prog|\b(import|include|input_filename|modulemeta|get_search_list|debug|stderr|input_line_number)\b|\blibrary\b/;

function judgeJq({ name, args, scene }: Call): Causes {
  // `--arg name value`: two words belong to it.
  const words = args.flatMap((word, at) =>
    /^--(arg|argjson)$/.test(args[at - 2]?.text ?? "") ? [] : [word],
  );
  const files = args.filter((_, at) => /^--(slurpfile|rawfile)$/.test(args[at - 2]?.text ?? ""));
  const parsed = parseArgs(words, JQ);
  if (parsed.odd !== undefined) return odd(name, parsed.odd);
  const [filter, ...operands] = parsed.operands;
  if (filter === undefined)
    return hasOption(parsed, "-f", "--from-file") ? odd(name, "no filter") : none;
  if (filter.glob || filter.made !== undefined || JQ_OUTWARD.test(filter.text)) {
    return high("secret", "jq with a filter that may read more than its input");
  }
  return judgePlaces(
    scene,
    [...files, ...(hasOption(parsed, "--args", "--jsonargs") ? [] : operands)],
    "read",
  );
}

const YQ = toSpec(
  "-r -P -j -c -o: -p: -i -n -e -N -M -C -I: --inplace --prettyPrint --output-format: --input-format: --null-input --indent: --no-colors --unwrapScalar= --exit-status --version -y -Y",
);

function judgeYq({ name, args, scene }: Call): Causes {
  const rest = /^(e|eval|ea|eval-all)$/.test(args[0]?.text ?? "") ? args.slice(1) : args;
  const parsed = parseArgs(rest, YQ);
  if (parsed.odd !== undefined) return odd(name, parsed.odd);
  const [filter, ...files] = parsed.operands;
  if (filter === undefined) return none;
  if (
    filter.glob ||
    filter.made !== undefined ||
    /env|load|eval|split_doc|system/.test(filter.text)
  ) {
    return high("secret", "yq with a filter that may read more than its input");
  }
  return judgePlaces(scene, files, hasOption(parsed, "-i", "--inplace") ? "write" : "read");
}

export const textPrograms: Table = {
  ...each("sed gsed", judgeSed),
  ...each("awk gawk mawk nawk", judgeAwk),
  ...each("jq gojq jaq", judgeJq),
  yq: judgeYq,
};
