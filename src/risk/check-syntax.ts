/** Asks the shell itself whether it can read a command: bash runs line by line, so it would run the lines before a mistake. */
import { spawn } from "node:child_process";

export type SyntaxCheck = { readonly ok: true } | { readonly ok: false; readonly why: string };

const LIMIT_MS = 2_000;
const MOST_SHOWN = 2_000;

/** `bash -n` reads and does not run. What takes too long or can't be started is not well. */
export async function checkSyntax(command: string): Promise<SyntaxCheck> {
  if (command.includes("\0")) return { ok: false, why: "holds a NUL character" };
  const child = spawn("/bin/bash", ["--noprofile", "--norc", "-n"], {
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
    stdio: ["pipe", "ignore", "pipe"],
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  });
  const { promise, resolve } = Promise.withResolvers<SyntaxCheck>();
  let complaint = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    complaint = (complaint + text).slice(0, MOST_SHOWN);
  });
  // It may stop reading before all is written.
  child.stdin.on("error", () => undefined);
  child.once("error", (error) => resolve({ ok: false, why: error.message }));
  child.once("close", (code) => {
    // A here-document without its end is only a warning to bash.
    if (code === 0 && complaint === "") resolve({ ok: true });
    else resolve({ ok: false, why: complaint.trim() || "takes too long to read" });
  });
  child.stdin.end(command);
  return promise;
}
