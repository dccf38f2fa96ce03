/**
 * `npm run test:power`: a power cut, as root. The journal's writer works on a file system in an image; it is stopped, the
 * image is copied as it is at that moment, and what the copy holds after the file system's own recovery is what a real
 * machine would find. No line that was acknowledged may be missing. A writer that never syncs must lose some, or the cut is none.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openJournal } from "../../src/session/journal.ts";
import { PROJECT } from "../e2e/support/workplace.ts";
import { createRandom } from "../support/random.ts";

const { values } = parseArgs({
  options: {
    cuts: { type: "string", default: "12" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const random = createRandom(Number(values.seed));
const folder = await mkdtemp(join(tmpdir(), "power-"));
const mounted = new Set<string>();

function run(program: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error ?? stderr}`);
}

async function mount(image: string, name: string): Promise<string> {
  const at = join(folder, name);
  await mkdir(at);
  run("mount", "-o", "loop", image, at);
  mounted.add(at);
  return at;
}

async function unmount(at: string): Promise<void> {
  run("umount", at);
  mounted.delete(at);
  await rm(at, { recursive: true });
}

/** Cuts the power after about `enough` acknowledgements: how many there were, and how many lines are there afterwards. */
async function cut(writer: string, enough: number) {
  const [image, copy] = [join(folder, "image"), join(folder, "copy")];
  run("truncate", "-s", "32M", image);
  run("mkfs.ext4", "-q", "-F", image);
  const disk = await mount(image, "disk");
  const child = spawn(process.execPath, [join(PROJECT, writer), join(disk, "journal.jsonl")]);
  const enoughSaid = Promise.withResolvers<void>();
  let said = "";
  // What comes through the pipe after the writer was stopped was said before it, and counts.
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (said.split("\n").length > enough) enoughSaid.resolve();
  });
  await enoughSaid.promise;
  child.kill("SIGSTOP");
  while (stateOf(child.pid) !== "T");
  run("cp", "--sparse=always", image, copy);
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
  await unmount(disk);
  const found = await mount(copy, "found");
  const kept = await countLines(join(found, "journal.jsonl"));
  await unmount(found);
  await Promise.all([rm(image), rm(copy)]);
  return { acknowledged: Number(said.split("\n").at(-2) ?? 0), kept };
}

async function countLines(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  const { journal, records } = await openJournal(path);
  await journal.close();
  return records.length;
}

function stateOf(pid: number | undefined): string | undefined {
  const { stdout } = spawnSync("ps", ["-o", "state=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim()[0];
}

/** How many of the cuts lost something that was acknowledged. */
async function play(what: string, writer: string): Promise<number> {
  let losses = 0;
  for (let at = 1; at <= Number(values.cuts); at++) {
    const { acknowledged, kept } = await cut(writer, 1 + Math.floor(800 * random() ** 2));
    const lost = Math.max(0, acknowledged - kept);
    if (lost > 0) losses += 1;
    process.stdout.write(
      `${what} ${at}: ${acknowledged} acknowledged, ${kept} kept, ${lost} lost\n`,
    );
  }
  process.stdout.write(
    `${what}: ${losses} of ${values.cuts} cuts lost something that was acknowledged\n`,
  );
  return losses;
}

function whyNot(): string | undefined {
  if (process.platform !== "linux") return "loop devices are a thing of Linux";
  if (process.getuid?.() !== 0) return "it takes root to mount an image";
  if (spawnSync("losetup", ["--find"]).status !== 0) return "there is no free loop device here";
  return spawnSync("mkfs.ext4", ["-V"]).status === 0 ? undefined : "mkfs.ext4 is not installed";
}

const reason = whyNot();
try {
  if (reason === undefined) {
    process.stdout.write(`seed ${values.seed}\n`);
    const losses = await play("journal", "test/session/fixtures/writer.ts");
    const careless = await play("without a sync", "test/fixtures/power/careless.ts");
    process.exitCode = losses === 0 && careless > 0 ? 0 : 1;
  } else {
    process.stderr.write(`SKIPPED, nothing is proved: ${reason}.\n`);
  }
} finally {
  for (const at of mounted) run("umount", at);
  await rm(folder, { recursive: true, force: true });
}
