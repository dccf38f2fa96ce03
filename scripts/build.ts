/** Makes the bundles in dist/: one file a process start, so that eight workers are up in the time of one unbundled import. */
import { mkdir, readdir, rename, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { PROGRAMS } from "../src/install.ts";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
const fresh = join(root, `dist/.build-${process.pid}`);

const bundle = await rolldown({
  cwd: root,
  input: PROGRAMS,
  platform: "node",
  // Native addons and ripgrep's binary are found at run time, beside their own package.
  external: ["zeromq", "node-pty", "@vscode/ripgrep"],
  plugins: [
    {
      name: "ascii",
      generateBundle(_, output) {
        for (const chunk of Object.values(output)) {
          if (chunk.type === "chunk") chunk.code = asAscii(chunk.code);
        }
      },
    },
  ],
});
await bundle.write({
  dir: fresh,
  format: "esm",
  minify: { mangle: false, compress: true, codegen: true },
  entryFileNames: "[name].js",
  chunkFileNames: "[name]-[hash].js",
});
await bundle.close();

await mkdir(dist, { recursive: true });
const made = await readdir(fresh);
// Chunks first and the entries last: a process that starts meanwhile finds a whole program.
const entries = Object.keys(PROGRAMS).map((name) => `${name}.js`);
for (const name of [...made.filter((file) => !entries.includes(file)), ...entries]) {
  await rename(join(fresh, name), join(dist, name));
}
await rm(fresh, { recursive: true });
const now = new Date();
await utimes(join(dist, "swarmux.js"), now, now);
for (const name of await readdir(dist)) {
  if (!made.includes(name) && !name.startsWith("."))
    await rm(join(dist, name), { recursive: true });
}

/** One sign beyond Latin-1 makes V8 keep the text of a whole module in two bytes a character: in code, an escape says the same. */
function asAscii(code: string): string {
  return code.replaceAll(/\\([\s\S])|[\u0080-\uffff]/g, (text: string, escaped?: string) => {
    const unit = escaped ?? text;
    return unit < "\u0080" ? text : `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
