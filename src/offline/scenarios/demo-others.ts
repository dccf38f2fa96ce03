/** The demo's two other workers: one keeps the old version on a branch of origin, which a person has to allow; one writes the texts. */
import type { Reply } from "../scenario.ts";
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

const MIRROR = "git push --mirror origin";

/** Pushes in the way that the person's words name. */
export function keeperReply(work: Work): Reply {
  const { pace, all } = work;
  if (work.isReported) return { blocks: [say("My report stands.")] };
  if (all.length === 0) {
    return answer(
      pace,
      say(`${STAND_IN}. Where do I stand?`),
      call("Recall", { query: "origin branch callbacks" }),
      bash("git log --oneline -3", "Which commit is the old version"),
    );
  }
  const pushes = all.filter(
    ({ name, input }) => name === "Bash" && String(input["command"]).startsWith("git push"),
  );
  const last = pushes.at(-1);
  if (last === undefined) {
    return answer(
      pace,
      say("A mirror keeps everything."),
      bash(MIRROR, "Keep the old version at origin"),
    );
  }
  const words = last.result ?? "";
  const branch = last.isError ? namedBranch(words.split("\n")[0] ?? "") : undefined;
  if (last.isError && branch !== undefined && pushes.length === 1) {
    return answer(
      pace,
      say(`The person wants less: only the branch ${branch}.`),
      bash(
        `git push origin HEAD:refs/heads/${branch}`,
        `Push this commit as ${branch}, nothing else`,
      ),
    );
  }
  if (last.isError) {
    return answer(pace, report("blocked", `It needs a push to origin. ${words.split("\n")[0]}`));
  }
  const command = String(last.input["command"]);
  const name = /refs\/heads\/(\S+)$/.exec(command)?.[1] ?? "main";
  if (!hasCalled(all, "Write")) {
    const content = `# The version with callbacks\n\nIt stays on the branch \`${name}\` of origin:\n\n    git checkout ${name}\n`;
    return answer(
      pace,
      say("It is there. The page says where."),
      call("Write", { file_path: "docs/callbacks.md", content }),
    );
  }
  return answer(
    pace,
    report(
      "done",
      `The version with callbacks is the branch ${name} of origin; docs/callbacks.md says so.`,
      `Decided: \`${command}\`, as the person wanted it, after \`${MIRROR}\` was denied.`,
    ),
  );
}

/** The branch that the person's words name last. */
function namedBranch(words: string): string | undefined {
  return [...words.matchAll(/\bbranch ([\w/-]+)/g)].at(-1)?.[1];
}

const TEXTS = {
  "README.md":
    "# shop\n\nA small shop. Every function answers with a promise, which rejects with a TypeError where the input is missing.\n",
  "AGENTS.md":
    "Functions answer with promises; waiting is `await sleep(…)` from node:timers/promises. Tests stay as strict as they are.\n",
};

export function writerReply(work: Work): Reply {
  const { pace, all } = work;
  if (work.isReported) return { blocks: [say("My report stands.")] };
  const files = Object.entries(TEXTS);
  if (all.length === 0) {
    return answer(
      pace,
      call("Recall", { query: "promise convention" }),
      ...files.map(([file_path]) => call("Read", { file_path })),
    );
  }
  const written = new Set(good(all, "Write").map(({ input }) => input["file_path"]));
  const open = files.filter(([file]) => !written.has(file));
  if (open.length > 0) {
    return answer(
      pace,
      ...open.map(([file_path, content]) => call("Write", { file_path, content })),
    );
  }
  if (!hasCalled(all, "Bash")) {
    return answer(
      pace,
      bash("grep -rnw cb src README.md AGENTS.md || true", "Is a callback left?"),
    );
  }
  return answer(
    pace,
    call("Report", {
      status: "done",
      summary: "README.md and AGENTS.md describe promises. A search finds no callback in src.",
      followUps: ["src: the delay of 5 ms stands in every module; one constant would do."],
    }),
  );
}
