/** What copies, moves and links: sources are read, the target is written, and a link counts as what it leads to. */
import { normalize } from "node:path/posix";
import { type Causes, high, medium, none } from "../assessment.ts";
import { isThere, resolveWith } from "../inside.ts";
import type { Parsed } from "../options.ts";
import { isSample } from "../paths.ts";
import { judgePlace, judgePlaces } from "../places.ts";
import type { Scene } from "../scene.ts";
import type { Arg } from "../words.ts";

/** What the operands of a program are. */
export type Roles = (parsed: Parsed, scene: Scene, name: string) => Causes;

export function judgeCopy(moves: boolean): Roles {
  return ({ operands, options }, scene, name) => {
    const into = options.find(
      (option) => option.name === "-t" || option.name === "--target-directory",
    )?.value;
    const target = into ?? operands.at(-1);
    const sources = into === undefined ? operands.slice(0, -1) : operands;
    if (target === undefined || target.glob || sources.length === 0 || target.made === "any") {
      return high("unanalysable", `${name} without a fixed target`);
    }
    if (moves && target.text.startsWith("/dev/")) {
      return high("irreversible", `${name} to ${target.text} loses what is moved`);
    }
    return [
      ...medium("edit", `${name} changes files of the checkout`),
      ...judgePlaces(scene, sources, "read"),
      ...(moves ? judgePlaces(scene, sources, "write") : none),
      ...sources.flatMap((source) => judgeLanding(scene, source, target)),
      ...(!moves && startsSettings(scene, sources, target)
        ? none
        : judgePlace(scene, target, "write")),
    ];
  };
}

/** `cp .env.example .env` where there is no `.env` yet: what comes of it holds no secret, and none is lost. */
function startsSettings(scene: Scene, sources: readonly Arg[], target: Arg): boolean {
  return (
    sources.length === 1 &&
    sources.every(({ text, made }) => made === undefined && isSample(text)) &&
    /^(\.\/)?[\w/-]*\.env(\.\w+)?$/.test(target.text) &&
    isMissing(target.text, scene)
  );
}

/** In a folder the source keeps its name: `cp templates/.bashrc .`. Where that leads is the target's business. */
function judgeLanding(scene: Scene, source: Arg, target: Arg): Causes {
  const name = source.text.split("/").findLast((part) => part !== "") ?? "";
  if (/^\.{1,2}$/.test(name)) return none;
  return judgePlace(scene, { text: `${target.text}/${name}`, glob: false }, "write").filter(
    (cause) => cause.kind === "protected" || cause.kind === "secret",
  );
}

function isMissing(path: string, scene: Scene): boolean {
  return scene.folders.every((base) => {
    const place = resolveWith({ root: scene.root, base, looks: scene.looks }, path);
    return place.at === "inside" && !isThere(place.absolute, scene.looks);
  });
}

export const judgeLink: Roles = ({ operands }, scene) => {
  const [to, at] = operands;
  if (to === undefined) return high("unanalysable", "ln without a path");
  const folder =
    (at?.text.includes("/") && !at.text.endsWith("/")
      ? at.text.slice(0, at.text.lastIndexOf("/") + 1)
      : "") || "";
  const joined = `${folder}${to.text}`;
  // A folder that is not there is no link, as long as the command has made none.
  const text = scene.written.size === 0 && isMissing(folder, scene) ? normalize(joined) : joined;
  const relative = to.text.startsWith("/") ? to : { ...to, text };
  return [
    ...medium("edit", "ln makes a link in the checkout"),
    ...judgePlaces(scene, [relative], "write").filter((cause) => cause.kind !== "edit"),
    ...judgePlaces(scene, operands.slice(1), "write"),
  ];
};
