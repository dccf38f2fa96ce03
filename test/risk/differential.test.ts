import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { assessCommand } from "../../src/risk/shell.ts";
import { HANDWRITTEN, makeScripts } from "./shell-scripts.ts";

/** The same scripts in every run; another number tries others. */
const SEED = Number(process.env["SWARMUX_FUZZ_SEED"] ?? 20_261_121);
const COUNT = Number(process.env["SWARMUX_FUZZ_COUNT"] ?? 2_000);

const ISOLATION = [
  "--unshare-all",
  "--unshare-user",
  "--die-with-parent",
  "--new-session",
  "--cap-drop",
  "ALL",
  "--ro-bind",
  "/",
  "/",
  "--dev",
  "/dev",
  "--proc",
  "/proc",
  "--tmpfs",
  "/tmp",
  "--tmpfs",
  "/run",
];

const works = spawnSync("bwrap", [...ISOLATION, "--", "/bin/true"]).status === 0;
if (!works) {
  process.stderr.write(
    "\nSKIPPED: the comparison of the shell analysis with bash needs a bubblewrap that works (apt-get install bubblewrap).\n\n",
  );
}

const base = mkdtempSync(join(tmpdir(), "swarmux-differential-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Runs every script in a folder of its own; EVIL leaves a file with the script's number. */
const DRIVER = `
ulimit -f 2000 -t 20
mkdir /tmp/w
run() {
  for ((n = $1; n < $2; n += 4)); do
    mkdir "/tmp/w/$n"
    cd "/tmp/w/$n"
    : > x
    script=$(cat "$3/in/$n"; echo .)
    EVIL_NUMBER=$n PATH="$3/bin:/usr/bin:/bin" HOME=/tmp timeout -s KILL 0.5 /bin/bash --noprofile --norc -c -- "\${script%.}" < /dev/null > /dev/null 2>&1
  done
}
for lane in 0 1 2 3; do run $lane "$1" "$2" & done
wait
`;
const EVIL = `#!/bin/sh\n[ -n "$EVIL_NUMBER" ] && : > "${base}/out/$EVIL_NUMBER"\nexit 0\n`;

/** The numbers of the scripts in which bash ran EVIL. */
function runAll(scripts: readonly string[]): ReadonlySet<number> {
  for (const folder of ["in", "out", "bin"]) mkdirSync(join(base, folder), { recursive: true });
  for (const [number, script] of scripts.entries())
    writeFileSync(join(base, "in", `${number}`), script);
  writeFileSync(join(base, "bin/EVIL"), EVIL);
  chmodSync(join(base, "bin/EVIL"), 0o755);
  writeFileSync(join(base, "driver"), DRIVER);
  const seen = [
    ...ISOLATION,
    "--ro-bind",
    base,
    base,
    "--bind",
    join(base, "out"),
    join(base, "out"),
  ];
  const command = ["/bin/bash", join(base, "driver"), `${scripts.length}`, base];
  execFileSync("bwrap", [...seen, "--", ...command], { stdio: "ignore", timeout: 240_000 });
  return new Set(readdirSync(join(base, "out")).map(Number));
}

test.skipIf(!works)(
  `R5: no script in which bash runs the marker is below HIGH (seed ${SEED})`,
  () => {
    const scripts = makeScripts(SEED, COUNT);
    const ran = runAll(scripts);
    const missed = [...ran]
      .map((number) => scripts[number] ?? "")
      .filter((script) => assessCommand(script, { root: base }).risk !== "HIGH");
    process.stderr.write(
      `seed ${SEED}: bash ran the marker in ${ran.size} of ${scripts.length} scripts\n`,
    );
    expect(missed).toEqual([]);
    // The comparison is worth nothing where hardly anything ran.
    expect(ran.size).toBeGreaterThan(COUNT / 4);
  },
  300_000,
);

test("scripts that only mention the marker are not HIGH", () => {
  const quiet = [
    "echo 'EVIL'",
    "ls # EVIL",
    "cat <<'E'\n$(EVIL)\nE",
    "echo '$(EVIL)'",
    'echo "a\nEVIL"',
  ];
  expect(quiet.filter((script) => !HANDWRITTEN.includes(script))).toEqual([]);
  expect(quiet.map((script) => assessCommand(script, { root: base }).risk)).toEqual(
    quiet.map(() => "LOW"),
  );
});
