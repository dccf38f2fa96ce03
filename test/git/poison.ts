/** What a hostile repository holds: a program wherever git lets one be named. */
import { chmodSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { put } from "./support.ts";

const HOOKS = [
  "applypatch-msg",
  "commit-msg",
  "fsmonitor-watchman",
  "post-applypatch",
  "post-checkout",
  "post-commit",
  "post-index-change",
  "post-merge",
  "post-rewrite",
  "pre-auto-gc",
  "pre-commit",
  "pre-merge-commit",
  "prepare-commit-msg",
  "reference-transaction",
];

/** Everything in a git folder that can name a program, naming one that makes the marker. */
export async function poison(gitDir: string, payload: string): Promise<void> {
  for (const hook of HOOKS) {
    await put(gitDir, { [`hooks/${hook}`]: `#!/bin/sh\n${payload}\n` });
    chmodSync(join(gitDir, "hooks", hook), 0o755);
  }
  const run = `"${payload.replaceAll('"', '\\"')}; cat"`;
  const drivers = ["evil", "a=b"].flatMap((name) => [
    `[filter "${name}"]\n\tclean = ${run}\n\tsmudge = ${run}\n\trequired = true`,
    `[diff "${name}"]\n\ttextconv = ${run}\n\tcommand = ${run}`,
    `[merge "${name}"]\n\tdriver = ${run}\n\trecursive = ${name}`,
  ]);
  await put(gitDir, { included: `[filter "third"]\n\tprocess = ${run}\n\trequired = true\n` });
  const config = [
    ...drivers,
    `[includeIf "gitdir:**"]\n\tpath = ${gitDir}/included`,
    `[core]\n\tfsmonitor = ${run}\n\tpager = ${run}\n\teditor = ${run}\n\tsshCommand = ${run}`,
    `\taskPass = ${run}\n\talternateRefsCommand = ${run}\n\tattributesFile = ${gitDir}/../.gitattributes`,
    `[diff]\n\texternal = ${run}`,
    `[merge]\n\tdefault = evil\n\tverifySignatures = true`,
    `[commit]\n\tgpgSign = true\n[log]\n\tshowSignature = true\n[gpg]\n\tprogram = ${run}`,
    `[credential]\n\thelper = ${run}\n[alias]\n\tst = !${run}`,
    `[branch "main"]\n\tmergeOptions = --verify-signatures -S`,
    `[uploadpack]\n\tpackObjectsHook = ${run}`,
    `[url "ext::sh -c ${run.slice(1, -1).replaceAll('"', "")}"]\n\tinsteadOf = /`,
    `[remote "origin"]\n\turl = ${gitDir}\n\tuploadpack = ${run}\n\tpromisor = true`,
    `[submodule "sub"]\n\tactive = true\n\tupdate = !${run}\n\turl = ./x`,
    `[submodule]\n\trecurse = true\n[status]\n\tsubmoduleSummary = true\n`,
  ];
  await appendFile(join(gitDir, "config"), `\n${config.join("\n")}`);
}

/** What puts each driver on every file. */
export const ATTRIBUTES = [
  "* filter=evil diff=evil merge=evil",
  "b.txt filter=a=b diff=a=b merge=a=b",
  "third.txt filter=third",
].join("\n");
