/** `npm run bench -- <name>`: one JSON object on stdout and in bench/results/, words for people on stderr. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Tells a person how far it is. */
export type Note = (line: string) => void;

interface Bench {
  /** Measures; resolves to what is kept. */
  bench(note: Note): Promise<object>;
}

const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  kills: () => import("./kills.ts"),
  pane: () => import("./pane.ts"),
  risk: () => import("./risk.ts"),
  sandbox: () => import("./sandbox.ts"),
  turn: () => import("./turn.ts"),
};

const name = process.argv[2] ?? "";
const load = BENCHES[name];
if (load === undefined) {
  const known = Object.keys(BENCHES).join(", ");
  process.stderr.write(`There is no bench "${name}". There are: ${known}\n`);
  process.exit(2);
}
const { bench } = await load();
const result = JSON.stringify(await bench((line) => process.stderr.write(`${line}\n`)));
const results = join(import.meta.dirname, "results");
await mkdir(results, { recursive: true });
await writeFile(join(results, `${name}.json`), `${result}\n`);
process.stdout.write(`${result}\n`);
