/**
 * A worker of the demo that moves one folder to promises. In the catalog it writes the team's convention down; in the
 * cart it waits for it; in billing it is hasty, and mends what the check refutes.
 */
import type { PastCall, Reply, ReplyBlock } from "../scenario.ts";
import {
  answer,
  bash,
  call,
  good,
  hasCalled,
  report,
  STAND_IN,
  say,
  type Work,
} from "./demo-script.ts";
import {
  type Change,
  CONVENTION,
  isConvention,
  type Manner,
  mend,
  promisify,
  promisifyTest,
  unnumber,
} from "./demo-text.ts";

const MOST_RECALLS = 20;

export function moverReply(work: Work, folder: string): Reply {
  const { pace, all, sentBack } = work;
  if (work.isReported) return { blocks: [say("My report stands.")] };
  if (sentBack !== undefined) return repair(work, folder);
  if (all.length === 0) {
    return answer(
      pace,
      say(`${STAND_IN}. The ${folder}: what is there, and what does the team know?`),
      recall(),
      call("Glob", { pattern: `src/${folder}/*.js` }),
      call("Glob", { pattern: `test/${folder}.test.js` }),
    );
  }
  const files = good(all, "Glob").flatMap(({ result }) => (result ?? "").split("\n"));
  if (!hasCalled(all, "Read")) return answer(pace, ...files.map(read));
  if (folder === "catalog" && !hasCalled(all, "Remember")) {
    return answer(
      pace,
      say("I settle how it is written, so that the others need not guess."),
      call("Remember", {
        text: CONVENTION,
        kind: "convention",
        files: ["src/catalog/find-product.js"],
      }),
    );
  }
  const known = recalled(all);
  const isWaiting = folder === "cart" && known === undefined;
  if (isWaiting && all.filter(({ name }) => name === "Recall").length < MOST_RECALLS) {
    return answer(pace, say("Somebody may have settled how to write it."), recall());
  }
  const manner: Manner = folder === "billing" ? "hasty" : "convention";
  const modules = edits(work, "src", (text) => promisify(text, manner));
  if (modules.length > 0) return answer(pace, say(mannerWords(known, folder)), ...modules);
  const tests = edits(work, "test", promisifyTest);
  if (tests.length > 0) {
    // The modules are changed and the tests are not: in shipping this is where a process may be killed.
    const blocks = [say("Now their test."), ...tests];
    return { blocks, pauseMs: folder === "shipping" ? pace.longMs : pace.restMs };
  }
  if (!hasCalled(all, "Bash")) return answer(pace, check(folder, folder === "billing"));
  return answer(
    pace,
    report(
      "done",
      `The ${folder} answers with promises; its tests await it.`,
      checkWords(all),
      ...(known === undefined ? [] : [`Decided: as ${known} says, like the rest of the team.`]),
    ),
  );
}

/** The work came back with the output of a check: look at what the team knows, then mend it. */
function repair({ pace, calls, all }: Work, folder: string): Reply {
  if (!hasCalled(calls, "Recall")) {
    return answer(
      pace,
      say("The check is right: a missing input must reject. What does the team do about it?"),
      recall(),
      ...moduleFiles(all).map(read),
    );
  }
  const changes = good(calls, "Read").flatMap((one) => {
    const change = mend(unnumber(one.result ?? ""));
    return change === undefined || isSettled(calls, one) ? [] : [edit(one, change)];
  });
  if (changes.length > 0)
    return answer(pace, say(mannerWords(recalled(calls), folder)), ...changes);
  if (!hasCalled(calls, "Bash")) return answer(pace, check(folder, false));
  return answer(
    pace,
    report(
      "done",
      `The ${folder} rejects a missing input again.`,
      checkWords(calls),
      "Rejected: a bare `new Promise`, which forgot the missing input.",
    ),
  );
}

/** Edits of the files below `top` that were read and not yet changed. */
function edits(work: Work, top: "src" | "test", change: (text: string) => Change | undefined) {
  return good(work.all, "Read").flatMap((one): ReplyBlock[] => {
    if (!pathOf(one).startsWith(`${top}/`)) return [];
    if (isSettled(work.all, one)) return [];
    const wanted = change(unnumber(one.result ?? ""));
    return wanted === undefined ? [] : [edit(one, wanted)];
  });
}

/** Changed, or tried twice in vain. */
function isSettled(calls: readonly PastCall[], file: PastCall): boolean {
  const tries = calls.filter((one) => one.name === "Edit" && samePath(one, file));
  return tries.length > 1 || tries.some(({ result, isError }) => result !== null && !isError);
}

/** The id of the entry that settles the manner, from the newest search that found it. */
function recalled(calls: readonly PastCall[]): string | undefined {
  const found = good(calls, "Recall").findLast(({ result }) => isConvention(result ?? ""));
  return /^(\S+) \[convention\] (?=.*node:timers)/m.exec(found?.result ?? "")?.[1];
}

function mannerWords(entry: string | undefined, folder: string): string {
  if (entry !== undefined)
    return `${entry} settles it: async functions, sleep from node:timers/promises.`;
  return folder === "catalog"
    ? "As I have written it down."
    : "A promise around the timer will do.";
}

function check(folder: string, isNarrow: boolean): ReplyBlock {
  const only = isNarrow ? "--test-name-pattern=answers " : "";
  return bash(`node --test ${only}test/${folder}.test.js`, `Run the tests of the ${folder}`);
}

function checkWords(calls: readonly PastCall[]): string {
  const last = calls.findLast(({ name }) => name === "Bash");
  const end = last?.isError === false ? "exit 0" : "it fails";
  return `Checks: ${String(last?.input["command"])} → ${end}.`;
}

function moduleFiles(all: readonly PastCall[]): string[] {
  const paths = good(all, "Edit").map(pathOf);
  return [...new Set(paths)].filter((path) => path.startsWith("src/"));
}

function recall(): ReplyBlock {
  return call("Recall", { query: "async promise missing input TypeError sleep" });
}

function read(file_path: string): ReplyBlock {
  return call("Read", { file_path });
}

function edit(file: PastCall, change: Change): ReplyBlock {
  return call("Edit", { file_path: pathOf(file), ...change });
}

function pathOf({ input }: PastCall): string {
  return String(input["file_path"]);
}

function samePath(a: PastCall, b: PastCall): boolean {
  return pathOf(a) === pathOf(b);
}
