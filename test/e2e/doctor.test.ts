/** What is missing is said with its mend, and `--fix` carries it out. */
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { expectCode, swarmux } from "./support/swarmux.ts";
import { createWorkplace, type Workplace } from "./support/workplace.ts";

/** A PATH with all that this machine has but bubblewrap, and an apt-get of the test that notes its words and brings it. */
async function withoutBubblewrap(place: Workplace): Promise<string> {
  const bin = join(place.folder, "bin");
  await mkdir(bin);
  for (const folder of ["/usr/bin", "/bin"]) {
    for (const name of await readdir(folder)) {
      if (name === "bwrap" || name === "apt-get") continue;
      await symlink(join(folder, name), join(bin, name)).catch(() => {});
    }
  }
  const log = join(place.folder, "apt.log");
  const script = `#!/bin/sh\necho "$@" >> ${log}\nln -s /usr/bin/bwrap ${bin}/bwrap\n`;
  await writeFile(join(bin, "apt-get"), script, { mode: 0o755 });
  return bin;
}

test.skipIf(process.getuid?.() !== 0)(
  "doctor says what is missing, and installs it with --fix",
  async () => {
    const place = await createWorkplace();
    const env = { PATH: await withoutBubblewrap(place) };

    const before = await swarmux(place, ["doctor"], { env });
    const fixed = await swarmux(place, ["doctor", "--fix"], { env });
    const again = await swarmux(place, ["doctor", "--fix"], { env });

    expectCode(before, 69);
    expect(before.stdout).toContain("mend it: apt-get install bubblewrap");
    expectCode(fixed, 0);
    expect(fixed.stderr).toContain("$ apt-get install -y bubblewrap");
    expect(fixed.stdout).toContain("promises hold");
    expectCode(again, 0);
    expect(await readFile(join(place.folder, "apt.log"), "utf8")).toBe("install -y bubblewrap\n");
  },
);
