import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hasCredentials, requireCredentials } from "../src/credentials.ts";

const NOWHERE = { HOME: "/nonexistent" };

test.each([
  [{}, false],
  [{ ANTHROPIC_API_KEY: " " }, false],
  [{ ANTHROPIC_API_KEY: "k" }, true],
  [{ ANTHROPIC_AUTH_TOKEN: "t" }, true],
  [{ ANTHROPIC_BASE_URL: "http://localhost:11434" }, true],
  [{ ANTHROPIC_PROFILE: "work" }, true],
  [{ ANTHROPIC_FEDERATION_RULE_ID: "r" }, false],
  [{ ANTHROPIC_FEDERATION_RULE_ID: "r", ANTHROPIC_ORGANIZATION_ID: "o" }, true],
])("%j: %s", (env, expected) => {
  expect(hasCredentials({ ...NOWHERE, ...env })).toBe(expected);
});

test("the active profile of the configuration folder counts", async () => {
  const folder = await mkdtemp(join(tmpdir(), "swarmux-credentials-"));
  try {
    const env = { ...NOWHERE, ANTHROPIC_CONFIG_DIR: folder };
    await mkdir(join(folder, "configs"));
    await writeFile(join(folder, "configs", "work.json"), "{}");
    expect(hasCredentials(env)).toBe(false);
    await writeFile(join(folder, "active_config"), "work\n");
    expect(hasCredentials(env)).toBe(true);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("says what to do when there is nothing", () => {
  expect(() => requireCredentials(NOWHERE)).toThrow(
    expect.objectContaining({ kind: "missing", mend: expect.stringContaining("--offline") }),
  );
});
