import { expect, test } from "vitest";
import { checkSyntax } from "../../src/risk/check-syntax.ts";

test.each(["ls", "if true; then ls; fi", "cat <<'E'\n$(x\nE", "", "ls # '"])(
  "bash can read %j",
  async (command) => {
    expect(await checkSyntax(command)).toEqual({ ok: true });
  },
);

test.each(["ls\nfi", "echo 'a", "if true", "cat <<E\nx", "a() {", "ls\0"])(
  "bash can't read %j, and says why",
  async (command) => {
    expect(await checkSyntax(command)).toMatchObject({
      ok: false,
      why: expect.stringMatching(/\w/),
    });
  },
);

test("what is checked does not run", async () => {
  const started = performance.now();
  expect(await checkSyntax("sleep 30; touch /nowhere/x")).toEqual({ ok: true });
  expect(performance.now() - started).toBeLessThan(10_000);
});
