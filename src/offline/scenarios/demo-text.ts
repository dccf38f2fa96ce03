/** What the demo's workers make of the sample's files: a function with a callback becomes one that answers with a promise. */

/** How the first worker writes it down for the others. */
export const CONVENTION =
  "Functions of the shop are async: a missing input throws its TypeError at once, and waiting is `await sleep(…)` from node:timers/promises.";

/** Whether a text of the team's memory settles how to write it. */
export function isConvention(text: string): boolean {
  return text.includes("node:timers/promises");
}

export interface Change {
  readonly old_string: string;
  readonly new_string: string;
}

/** `convention` is how the team writes it; `hasty` forgets what happens without an input. */
export type Manner = "convention" | "hasty";

/** The change of a module, or undefined where it has no callback (any more). */
export function promisify(text: string, manner: Manner): Change | undefined {
  const found =
    /^\/\/ (.+): answers through cb\(error, result\)\nfunction (\w+)\(input, cb\) \{\n[^]*?\n\}\n/m.exec(
      text,
    );
  if (found === null) return undefined;
  const [old_string, title = "", fn = ""] = found;
  return { old_string, new_string: manner === "hasty" ? hasty(title, fn) : settled(title, fn) };
}

/** The change that mends a hasty module. */
export function mend(text: string): Change | undefined {
  const found = /^\/\/ (.+): answers with a promise\nfunction (\w+)\(input\) \{\n[^]*?\n\}\n/m.exec(
    text,
  );
  if (found === null) return undefined;
  const [old_string, title = "", fn = ""] = found;
  return { old_string, new_string: settled(title, fn) };
}

/** The change of a folder's test. */
export function promisifyTest(text: string): Change | undefined {
  const old_string = /^test\("[^]*/m.exec(text)?.[0];
  if (old_string?.includes("done") !== true) return undefined;
  const functions = [...text.matchAll(/^const \{ (\w+) \} = require\("\.\.\//gm)];
  const new_string = functions
    .map(
      ([, fn = ""]) => `test("${fn} answers", async () => {
  assert.deepStrictEqual(await ${fn}(3), { ${fn}: 3 });
});

test("${fn} wants an input", async () => {
  await assert.rejects(async () => ${fn}(undefined), /needs an input/);
});
`,
    )
    .join("\n");
  return { old_string, new_string };
}

/** The text of a file from what Read shows of it. */
export function unnumber(shown: string): string {
  return withEnd(
    shown
      .split("\n")
      .map((line) => line.replace(/^ *\d+\t/, ""))
      .join("\n"),
  );
}

function settled(title: string, fn: string): string {
  return `const { setTimeout: sleep } = require("node:timers/promises");

// ${title}: answers with a promise
async function ${fn}(input) {
  if (input === undefined) throw new TypeError("${fn} needs an input");
  await sleep(5);
  return { ${fn}: input };
}
`;
}

function hasty(title: string, fn: string): string {
  return `// ${title}: answers with a promise
function ${fn}(input) {
  return new Promise((resolve) => setTimeout(resolve, 5, { ${fn}: input }));
}
`;
}

function withEnd(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
