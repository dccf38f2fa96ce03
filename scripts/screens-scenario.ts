/** The team of the pictures: eight workers on a small shop, one who wants to change a hook, one who gives up. */
import {
  bash,
  call,
  type Job,
  report,
  type Step,
  say,
  sayOnGo,
  team,
} from "../test/fixtures/scenarios/script.ts";

const MODULES = ["storage", "cart", "checkout", "shipping", "invoice", "search", "account", "mail"];

/** Answers like a model that takes its time. */
function slowly(step: Step, ms: number): Step {
  return async (request) => ({ ...(await step(request)), pauseMs: ms });
}

function edit(name: string): Step {
  return say(
    call("Edit", {
      file_path: `src/${name}.js`,
      old_string: `export function ${name}(id, done) {\n  load(id, (error, value) => done(error, value));\n}`,
      new_string: `export async function ${name}(id) {\n  return await load(id);\n}`,
    }),
  );
}

const HOOK = ".husky/pre-commit";

/** What the cart's worker does besides: a hook that git runs is protected, so a person is asked. */
const CHANGES_HOOK: readonly Step[] = [
  say(call("Read", { file_path: HOOK })),
  say(
    call("Edit", {
      file_path: HOOK,
      old_string: "set -e\nnpm test",
      new_string:
        "set -e\n# a promise that nobody awaits fails the build\nexport NODE_OPTIONS='--unhandled-rejections=strict'\nnpm run lint\nnpm test",
    }),
  ),
];

function job(name: string, at: number): Job {
  const more = name === "cart" ? CHANGES_HOOK : [];
  const end =
    name === "mail"
      ? report(
          "failed",
          "mail.js calls a service that is not in the repository; it needs a decision.",
        )
      : report("done", `${name} answers with a promise; its callers await it.`);
  return {
    subject: `Move the ${name} module to promises`,
    description: `Move src/${name}.js from callbacks to promises. Keep its name and what it answers with.`,
    files: [`src/${name}.js`, ...(name === "cart" ? [HOOK] : [])],
    steps: [
      slowly(say(call("Read", { file_path: `src/${name}.js` })), 300 + at * 40),
      slowly(edit(name), 500),
      slowly(say(bash(`node --check src/${name}.js`)), 400),
      ...more,
      name === "mail" ? say(end) : sayOnGo(end),
    ],
  };
}

export const scenario = team("the pictures", { jobs: MODULES.map(job) });
