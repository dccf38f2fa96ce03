import { expect, test } from "vitest";
import { missingPackages } from "../../src/cli/doctor-findings.ts";

test("only what is missing and has a package is installed, each once", () => {
  expect(
    missingPackages([
      { name: "git", state: "ok", found: "", mend: "apt-get install git" },
      { name: "tmux", state: "warn", found: "", mend: "sudo apt-get install tmux" },
      {
        name: "sandbox",
        state: "missing",
        found: "",
        mend: "apt-get install bubblewrap   (or: dnf, pacman, zypper, apk)",
      },
      { name: "pty", state: "warn", found: "", mend: "apt-get install python3 g++ tmux" },
      { name: "model", state: "warn", found: "", mend: "set ANTHROPIC_API_KEY" },
      { name: "odd", state: "missing", found: "", mend: "apt-get install --reinstall $(id)" },
    ]),
  ).toEqual(["tmux", "bubblewrap", "python3", "g++"]);
});
