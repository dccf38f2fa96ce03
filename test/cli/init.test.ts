import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { configText, type Found, instructionsText } from "../../src/cli/init-text.ts";
import { loadConfig } from "../../src/config.ts";
import { createPlace } from "./support.ts";

const NOTHING: Found = { checks: [], instructions: [], links: [], install: null, secrets: [] };
const MUCH: Found = {
  checks: ["npm test", 'node -e "1"'],
  instructions: [],
  links: ["node_modules", "web/node_modules"],
  install: "npm ci --offline",
  secrets: [".env"],
};

test("what is written can be read as a project's configuration and says what was found", () => {
  const place = createPlace({ project: configText(MUCH) });
  expect(loadConfig(place.env, place.repoRoot).project).toEqual({
    checks: ["npm test", 'node -e "1"'],
    checkout: { link: ["node_modules", "web/node_modules"] },
  });
  expect(configText(MUCH)).toContain(".env may hold secrets");
});

test("where nothing was found nothing is set", () => {
  expect(parse(configText(NOTHING))).toEqual({ checkout: {} });
});

test("every line that is commented out can be used as it stands", () => {
  const text = configText(NOTHING).replaceAll(/^# (?=[a-z_]+ = )/gm, "");
  const place = createPlace({ project: text });
  expect(loadConfig(place.env, place.repoRoot).project).toEqual({
    checks: ["npm test"],
    workers: 4,
    budget: 5,
    token_budget: 2_000_000,
    checkout: { link: ["node_modules"], copy: ["config/local.json"], setup: "make deps" },
  });
});

test("the instructions name the checks that were found", () => {
  expect(instructionsText(MUCH, "shop")).toContain("# Working on shop");
  expect(instructionsText(MUCH, "shop")).toContain("- `npm test`");
});
