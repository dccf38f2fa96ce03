/** Folders that a program is sent to by an option: `git -C`, `make -C`, `npm --prefix`. */
import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import { isWithin, resolveWith } from "../inside.ts";
import type { Scene } from "../scene.ts";
import type { Arg } from "../words.ts";

/** Where the program then stands, or what is wrong with it. */
export function enterFolder(scene: Scene, target: Arg | undefined): readonly string[] | string {
  if (
    target === undefined ||
    target.glob ||
    (target.made !== undefined && target.made !== "token")
  ) {
    return `${target?.text ?? ""}, which is not a fixed folder`;
  }
  const entered: string[] = [];
  for (const folder of scene.folders) {
    const place = resolveWith({ root: scene.root, base: folder, looks: scene.looks }, target.text);
    if (place.at !== "inside") return `${target.text}, outside the checkout`;
    entered.push(place.absolute);
  }
  return entered;
}

/** git takes a folder with HEAD, objects and refs for a repository, here and in every folder above. */
export function holdsBareRepository(folder: string, root: string): boolean {
  for (let at = folder; at !== root && isWithin(root, at); at = dirname(at)) {
    const has = (name: string) =>
      lstatSync(join(at, name), { throwIfNoEntry: false }) !== undefined;
    if (has("HEAD") && (has("objects") || has("refs") || has("commondir"))) return true;
    if (has(".git")) return true;
  }
  return false;
}
