/** Runs words: the scene that a program is judged in, and its part of the whole, for the rules. */
import { type Causes, high, medium, none, type Part, type PathUse } from "./assessment.ts";
import { judgeProgram, programName } from "./commands/all.ts";
import type { Site, Walker } from "./cooking.ts";
import { isWithin } from "./inside.ts";
import { refuseText } from "./preflight.ts";
import type { Scene } from "./scene.ts";
import { deeper, type State } from "./state.ts";
import { parseScript } from "./syntax.ts";
import type { Arg } from "./words.ts";

export type Draft = Omit<Part, "causes" | "aliases" | "uses"> & {
  causes: Causes;
  aliases: (readonly (string | null)[])[];
  uses: PathUse[];
};

export function newPart(words: readonly Arg[]): Draft {
  return { words: words.map(wordOf), aliases: [], uses: [], causes: none };
}

function wordOf(word: Arg): string | null {
  return word.made === "any" || word.made === "stream" ? null : word.text;
}

/** The risk of a program with fixed words, started here or by another program. */
export function runWords(words: readonly Arg[], site: Site, folders = site.state.folders): Causes {
  const [head, ...args] = words;
  if (head === undefined) return none;
  const part = newPart(words);
  site.walker.tour.parts.push(part);
  part.causes = judgeHead(head, args, {
    scene: { ...sceneOf(site.state, site.walker, part), folders },
    part,
  });
  return part.causes;
}

function judgeHead(
  head: Arg,
  args: readonly Arg[],
  { scene, part }: { scene: Scene; part: Draft },
): Causes {
  if (head.made !== undefined || head.glob) {
    return high("unanalysable", `runs ${head.text}…, a command known only when it runs`);
  }
  if (/[^ -~]/.test(head.text)) {
    return high("unanalysable", `runs ${head.text}, whose name is not plain ASCII`);
  }
  const name = programName(head.text);
  if (name !== head.text) part.aliases.push([name, ...part.words.slice(1)]);
  const causes = judgeProgram({ name, args, scene });
  return [...refuseOutside(name, scene, causes), ...causes];
}

/** These do the same wherever they stand. */
const PLACELESS = /^(echo|printf|pwd|true|false|:|exit|return|date|sleep|test|\[|wait)$/;

/** Where only a failed `cd` leads outside, what reads or runs the project needs no person; what writes there is HIGH by its paths. */
function refuseOutside(name: string, scene: Scene, causes: Causes): Causes {
  if (scene.folders.length === 1 || PLACELESS.test(name)) return none;
  const outside = scene.folders.find((folder) => !isWithin(scene.root, folder));
  if (outside === undefined || (causes.length === 0 && /^(ls|tree|du)$/.test(name))) return none;
  const why = `${name} may run in ${outside}, outside the checkout, if a cd fails`;
  return causes.some(({ risk }) => risk === "HIGH") ? high("outside", why) : medium("outside", why);
}

export function sceneOf(state: State, walker: Walker, part: Draft): Scene {
  const { tour } = walker;
  const inner = (): State => deeper(state);
  return {
    root: tour.root,
    folders: state.folders,
    looks: tour.looks,
    scripts: tour.scripts,
    written: tour.written,
    stdin: state.stdin,
    uses: part.uses,
    run: (words, folders) => {
      const [head] = words;
      const known = head?.made === undefined && tour.functions.has(head?.text ?? "");
      const own = known ? walker.callFunction(head?.text ?? "", inner(), []) : none;
      return [...own, ...runWords(words, { state, walker }, folders ?? state.folders)];
    },
    runText: (text) => {
      if (text.made !== undefined || text.glob) {
        return high("unanalysable", "gives a shell a text known only when it runs");
      }
      const script = parseScript(text.text);
      if (typeof script === "string") {
        tour.complete = false;
        return high("unanalysable", `can't be parsed: ${script}`);
      }
      return [
        ...refuseText(text.text),
        ...walker.script(script, { ...inner(), positional: { args: undefined } }),
      ];
    },
    alias: (words) => {
      part.aliases.push(words.map(wordOf));
    },
  };
}
