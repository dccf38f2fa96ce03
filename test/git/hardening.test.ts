import { expect, test } from "vitest";
import { environment, neutralise } from "../../src/git/hardening.ts";

test("each key that names a program gets an override, others none", () => {
  const keys = [
    "filter.lfs.clean",
    "filter.lfs.required",
    "filter.a=b.c.process",
    "diff.png.textconv",
    "merge.ours.driver",
    "merge.ours.name",
    "branch.main.mergeoptions",
    "branch.main.remote",
  ];
  expect(neutralise(keys)).toEqual({
    "filter.lfs.clean": "",
    "filter.lfs.required": "false",
    "filter.a=b.c.process": "",
    "diff.png.textconv": "false",
    "merge.ours.driver": "git merge-file --marker-size=%L %A %O %B",
    "branch.main.mergeoptions": "",
  });
});

test("the environment holds the settings as git counts them", () => {
  expect(environment({ "filter.a=b.clean": "", "gc.auto": "0" })).toMatchObject({
    GIT_CONFIG_COUNT: "2",
    GIT_CONFIG_KEY_0: "filter.a=b.clean",
    GIT_CONFIG_VALUE_0: "",
    GIT_CONFIG_KEY_1: "gc.auto",
    GIT_CONFIG_VALUE_1: "0",
  });
});
