/** What a `sed -i` that was killed leaves behind: its own half-made copy, beside the file that it was changing. */
import { countOf } from "../../count.ts";
import type { PastCall, Reply, ReplyBlock } from "../scenario.ts";
import { pathsIn } from "./rename-job.ts";

const PATTERN = "**/sed??????";
const COPY = /(?:^|\/)sed[A-Za-z0-9]{6}$/;
const REMOVE = "rm -f";
const MOST_TRIES = 3;

/** Looks whether such copies are still there and removes them; undefined where there are none. */
export function clearLeftovers(calls: readonly PastCall[]): Reply | undefined {
  const named = new Set(calls.filter(wasCut).flatMap(({ result }) => pathsIn(result ?? "")));
  const copies = [...named].filter((path) => COPY.test(path));
  if (copies.length === 0) return undefined;
  const looks = calls.slice(calls.findLastIndex(isCommand) + 1).filter(isLook);
  const look = looks.find(({ isError }) => !isError);
  if (look === undefined) return looks.length < MOST_TRIES ? lookAgain() : undefined;
  const found = new Set(pathsIn(look.result ?? ""));
  const still = copies.filter((path) => found.has(path));
  if (still.length === 0 || calls.filter(isRemoval).length >= MOST_TRIES) return undefined;
  return remove(still);
}

function lookAgain(): Reply {
  return say("A command was cut off. I look whether its own files are still there.", {
    name: "Glob",
    input: { pattern: PATTERN },
  });
}

function remove(paths: readonly string[]): Reply {
  const quoted = paths.map((path) => `'./${path.replaceAll("'", "'\\''")}'`);
  return say(`I remove ${countOf(paths.length, "half-made file")} of it.`, {
    name: "Bash",
    input: {
      command: `${REMOVE} ${quoted.join(" ")}`,
      description: "Remove what a sed that was cut off has left",
    },
  });
}

function say(text: string, call: Omit<Extract<ReplyBlock, { type: "tool_use" }>, "type">): Reply {
  return {
    blocks: [
      { type: "text", text },
      { type: "tool_use", ...call },
    ],
  };
}

function wasCut(call: PastCall): boolean {
  return isCommand(call) && call.isError && call.result?.startsWith("Interrupted") === true;
}

function isCommand({ name }: PastCall): boolean {
  return name === "Bash";
}

function isRemoval(call: PastCall): boolean {
  return isCommand(call) && String(call.input["command"]).startsWith(REMOVE);
}

function isLook({ name, input }: PastCall): boolean {
  return name === "Glob" && input["pattern"] === PATTERN;
}
