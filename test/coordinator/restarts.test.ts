import { expect, test } from "vitest";
import { createRestarts } from "../../src/coordinator/restarts.ts";

test("restarts within a minute count, older ones do not", () => {
  const restarts = createRestarts();
  for (const at of [0, 10_000, 20_000]) {
    restarts.again("ada", at);
    restarts.ready("ada");
  }
  expect(restarts.count("ada", 30_000)).toBe(3);
  expect(restarts.count("ada", 65_000)).toBe(2);
  expect(restarts.count("ada", 90_000)).toBe(0);
  expect(restarts.count("ben", 30_000)).toBe(0);
});

test("restarts of one that does not come up count however long they take", () => {
  const restarts = createRestarts();
  for (let at = 0; at < 5; at += 1) restarts.again("ada", at * 45_000);
  expect(restarts.count("ada", 600_000)).toBe(5);
  restarts.ready("ada");
  expect(restarts.count("ada", 600_000)).toBe(0);
});

test("what a person forgives does not count", () => {
  const restarts = createRestarts();
  restarts.again("ada", 0);
  restarts.forgive("ada");
  expect(restarts.count("ada", 1)).toBe(0);
});
