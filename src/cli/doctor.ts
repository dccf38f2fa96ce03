/** `swarmux doctor`: what is there, what is missing, and the command that mends it; with `--fix` it runs that command. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Chalk } from "chalk";
import { EXIT, SwarmError } from "../errors.ts";
import { type Finding, lookAround, missingPackages } from "./doctor-findings.ts";
import type { Output } from "./output.ts";

export interface DoctorOptions {
  readonly json?: boolean;
  readonly fix?: boolean;
}

export async function doctor(output: Output, options: DoctorOptions): Promise<number> {
  let findings = await lookAround();
  if (options.fix === true) {
    const packages = missingPackages(findings);
    if (packages.length === 0) output.note("nothing is missing that doctor can install");
    else {
      await install(output, packages);
      findings = await lookAround();
    }
  }
  for (const finding of findings) print(output, finding, options);
  return findings.some((finding) => finding.state === "missing") ? EXIT.missing : EXIT.done;
}

function print(output: Output, finding: Finding, options: DoctorOptions): void {
  if (options.json === true) return output.json({ v: 1, ...finding });
  const paint = new Chalk({ level: output.colour });
  const marks = { ok: paint.green("✓"), warn: paint.yellow("!"), missing: paint.red("✗") };
  output.line(`${marks[finding.state]} ${finding.name.padEnd(20)} ${finding.found}`);
  if (finding.mend !== undefined) output.line(`  mend it: ${finding.mend}`);
}

/** Says what it runs. `sudo` may ask for a password where there is a terminal. */
async function install(output: Output, packages: readonly string[]): Promise<void> {
  const apt = ["apt-get", "install", "-y", ...packages];
  const argv = process.getuid?.() === 0 ? apt : ["sudo", ...apt];
  output.note(`$ ${argv.join(" ")}`);
  const [file = "", ...args] = argv;
  // What it prints is no answer to whoever reads stdout.
  const child = spawn(file, args, { stdio: ["inherit", 2, 2] });
  const end = await Promise.race([
    once(child, "exit").then(([code]) => (code === 0 ? undefined : `it ended with ${code}`)),
    once(child, "error").then(([error]) => String(error)),
  ]);
  if (end === undefined) return;
  throw new SwarmError("missing", `${packages.join(", ")} could not be installed: ${end}.`, {
    mend: "apt-get update, then again; on another system install the same with its own package manager",
  });
}
