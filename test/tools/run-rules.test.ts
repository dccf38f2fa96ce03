import { expect, test } from "vitest";
import { ToolError } from "../../src/errors.ts";
import type { Rule } from "../../src/permissions.ts";
import type { Assessment } from "../../src/risk/assessment.ts";
import { type Act, call, seatOf, tool } from "./seat.ts";

const rule = (verdict: Rule["verdict"], name: string): Rule => ({
  verdict,
  tool: name,
  pattern: null,
  origin: { file: "config.toml", line: 4, scope: "user" },
});

test("refuses what a rule denies, names the rule, and asks nobody", async () => {
  const seat = seatOf([tool("Say", { run: () => expect.unreachable() })], {
    rules: [rule("allow", "Say"), rule("deny", "Say")],
  });
  const [result] = await seat.run([call("a", "Say")]);
  expect(result).toEqual({
    id: "a",
    content:
      "Refused because of deny Say in config.toml:4. Other words for the same action are refused too: do the task without it, or report it as blocked.",
    isError: true,
  });
  expect(seat.log[0]).toBe("started a LOW");
});

test("asks for what a rule says to ask for, however low its risk, and says why", async () => {
  const seat = seatOf([tool("Say")], { rules: [rule("ask", "Say")] });
  await seat.run([call("a", "Say")]);
  expect(seat.log).toEqual([
    "permit a asked because of ask Say in config.toml:4",
    "started a LOW under g1",
    "finished a true",
  ]);
});

test("runs a HIGH call unasked where a rule allows it, and says under which", async () => {
  const causes = [{ risk: "HIGH", kind: "remote", text: "it pushes" }] as const;
  const known: Act = { assess: () => ({ risk: "HIGH", reasons: ["it pushes"], causes }) };
  const seat = seatOf([tool("Push", known)], { rules: [rule("allow", "Push")] });
  await seat.run([call("a", "Push")]);
  expect(seat.log).toEqual(["started a HIGH under allow Push in config.toml:4", "finished a true"]);
});

test.each<[string, Assessment]>([
  ["without causes", { risk: "HIGH", reasons: ["who knows"] }],
  [
    "that can't be analysed",
    {
      risk: "HIGH",
      reasons: ["odd"],
      causes: [{ risk: "HIGH", kind: "unanalysable", text: "odd" }],
    },
  ],
])("R3: no rule lifts a risk %s", async (_name, assessment) => {
  const seat = seatOf([tool("Push", { assess: () => assessment })], {
    rules: [rule("allow", "Push")],
    permit: { allowed: false, why: "no" },
  });
  const [result] = await seat.run([call("a", "Push")]);
  expect(result?.content).toBe("no");
});

test("R3: a classifier that says nothing counts as HIGH, and a tool that is not there as well", async () => {
  const silent = tool("Silent", {
    assess: () => JSON.parse("{}"),
    run: () => expect.unreachable(),
  });
  const seat = seatOf([silent], { permit: { allowed: false, why: "no" } });
  await seat.run([call("a", "Silent"), call("b", "Sudo")]);
  expect(seat.log.filter((line) => line.startsWith("started"))).toEqual([
    "started a HIGH",
    "started b HIGH",
  ]);
});

test("R3: takes a classifier that fails for HIGH, and one that refuses at its word", async () => {
  const broken = tool("Broken", {
    assess: () => {
      throw new TypeError("oops");
    },
    run: () => expect.unreachable(),
  });
  const refusing = tool("Refusing", {
    assess: () => {
      throw new ToolError("Outside the checkout.");
    },
  });
  const seat = seatOf([broken, refusing], { permit: { allowed: false, why: "no" } });
  const results = await seat.run([call("a", "Broken"), call("b", "Refusing")]);
  expect(results.map(({ content }) => content)).toEqual(["no", "Outside the checkout."]);
  expect(seat.log[0]).toBe("permit a its risk could not be found out: oops");
});
