import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isWithin, resolveInside } from "../../src/risk/inside.ts";
import { assessPath } from "../../src/risk/paths.ts";

test.each([
  ["src/a.ts", "LOW", "MEDIUM"],
  [".gitignore", "LOW", "MEDIUM"],
  [".github/workflows/ci.yml", "LOW", "MEDIUM"],
  [".env.example", "LOW", "MEDIUM"],
  ["src/environment.ts", "LOW", "MEDIUM"],
  ["src/hooks/use-x.ts", "LOW", "MEDIUM"],
  [".git/HEAD", "LOW", "HIGH"],
  ["sub/.GIT/hooks/x", "LOW", "HIGH"],
  [".gitmodules", "LOW", "HIGH"],
  [".husky/pre-commit", "LOW", "HIGH"],
  ["a/.vscode/settings.json", "LOW", "HIGH"],
  [".Mcp.json", "LOW", "HIGH"],
  [".claude/agents/x.md", "LOW", "HIGH"],
  [".zshrc", "LOW", "HIGH"],
  [".swarmux/config.toml", "LOW", "HIGH"],
  [".\uff47it/config", "HIGH", "HIGH"],
  [".env", "HIGH", "HIGH"],
  ["a/.env.production", "HIGH", "HIGH"],
  ["cert/Server.PEM", "HIGH", "HIGH"],
  ["id_rsa", "HIGH", "HIGH"],
  [".ssh/config", "HIGH", "HIGH"],
  [".npmrc", "HIGH", "HIGH"],
  [".git/config", "HIGH", "HIGH"],
  ["../x", "HIGH", "HIGH"],
  ["/etc/passwd", "HIGH", "HIGH"],
  ["a\u200b.ts", "HIGH", "HIGH"],
])("%s: reading is %s, writing is %s", (path, reading, writing) => {
  expect([assessPath(path, "read").risk, assessPath(path, "write").risk]).toEqual([
    reading,
    writing,
  ]);
});

test("resolves every component as the kernel does", () => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "swarmux-inside-")));
  onTestFinished(() => rmSync(base, { recursive: true }));
  const root = join(base, "ws");
  mkdirSync(join(root, "a/b"), { recursive: true });
  mkdirSync(join(base, "ws-evil/deep"), { recursive: true });
  writeFileSync(join(root, "file"), "");
  symlinkSync("a/b", join(root, "in"));
  symlinkSync("../ws-evil/deep", join(root, "out"));
  symlinkSync("nowhere", join(root, "broken"));
  symlinkSync("loop", join(root, "loop"));
  const at = (path: string) => {
    const place = resolveInside(root, root, path);
    return place.at === "inside" ? place.relative : place.at;
  };
  expect(
    [
      "",
      ".",
      "a/../file",
      "new/x",
      "in/x",
      "in/..",
      "out",
      "out/../x",
      "../ws",
      "../ws-evil/x",
    ].map(at),
  ).toEqual([".", ".", "file", "new/x", "a/b/x", "a", "outside", "outside", ".", "outside"]);
  expect(["broken", "broken/x", "loop", "file/x", "new/../x"].map(at)).toEqual([
    "nowhere",
    "nowhere",
    "nowhere",
    "nowhere",
    "nowhere",
  ]);
  expect(at(join(root, "a"))).toBe("a");
  expect(at("/etc/passwd")).toBe("outside");
});

test("compares with a separator", () => {
  expect([isWithin("/ws", "/ws"), isWithin("/ws", "/ws/a"), isWithin("/ws", "/ws-evil")]).toEqual([
    true,
    true,
    false,
  ]);
  expect(isWithin("/", "/a")).toBe(true);
});
