/** The worker's process, as the coordinator's supervisor starts it. Only this file constructs. */
import { once } from "node:events";
import { mkdir, readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { createAnthropicModel } from "../agent/anthropic.ts";
import { openConversation } from "../agent/conversation.ts";
import { renderPrefix } from "../agent/prefix.ts";
import { createCosts } from "../agent/prices.ts";
import { parsePrompt } from "../agent/prompt-file.ts";
import { parseAgentRecord } from "../agent/records.ts";
import { toAscii } from "../ascii.ts";
import type { Prices } from "../config.ts";
import { modelKeys } from "../credentials.ts";
import { EXIT } from "../errors.ts";
import { armFailpoint } from "../failpoint.ts";
import { findBorrowed, linkedFolders } from "../git/borrowed.ts";
import { takeKey } from "../ipc/keys.ts";
import { type Link, openLink } from "../ipc/link.ts";
import type { Snapshot } from "../ipc/messages.ts";
import { createLog } from "../log.ts";
import { createSecretFilter } from "../risk/hide-secrets.ts";
import { openEnclosures, SandboxState } from "../risk/sandbox/enclosures.ts";
import { createDisk } from "../session/disk.ts";
import { paths } from "../session/folders.ts";
import { openJournal } from "../session/journal.ts";
import { keepWatch } from "../session/keeper.ts";
import { SESSION_MARK, WORKER_MARK } from "../session/leftovers.ts";
import { conditionOf, parseProcessWord, startTimeOf } from "../session/processes.ts";
import { workerTools } from "../tools/all-tools.ts";
import { parseBackgroundRecord } from "./background.ts";
import { createDesk } from "./desk.ts";
import { runWorker } from "./life.ts";
import { createMailroom } from "./mailroom.ts";
import { createPane } from "./pane.ts";
import { foldWire, isAssignment, type WireRecord } from "./records.ts";
import { openTyping } from "./typing.ts";

const { values } = parseArgs({
  options: {
    folder: { type: "string" },
    name: { type: "string" },
    endpoint: { type: "string" },
    session: { type: "string" },
    coordinator: { type: "string", default: "" },
    mark: { type: "string", default: "" },
    colour: { type: "string", default: "69" },
    sandbox: { type: "string", default: "on" },
    ascii: { type: "boolean", default: false },
  },
});
const { folder = "", name = "", endpoint = "", session = "", sandbox } = values;
armFailpoint("worker", { folder, wanted: process.env["FAILPOINT"] });
const coordinator = parseProcessWord(values.coordinator);
const at = paths(folder);
const log = createLog(at.log, name);
const stop = new AbortController();

// The pane or its terminal is gone: an error on stdout would else end the process in the middle of something.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => stop.abort());
for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
// A Ctrl-C in the pane would only cost a restart: who presses it wants the agent to stop.
process.on("SIGINT", () => (process.stdin.isTTY ? explainStop() : stop.abort()));

const key = await takeKey(join(at.keys, `${name}.key`));
const disk = createDisk({
  folder,
  mend: `free some space, then: swarmux resume ${session}`,
  full: ({ message }) => tellDisk(true, message),
  room: () => tellDisk(false, "There is room on the disk again."),
});
const { journal, records } = await openJournal<WireRecord | object>(at.agent(name), {
  onFull: () => disk.wait("journal", () => journal.retry()),
});
// What waits for room would never end.
stop.signal.addEventListener("abort", () => {
  if (disk.complaint() !== undefined) process.exit(EXIT.temporary);
});
const wireState = foldWire(records);
const conversation = openConversation(
  records.flatMap((record) => parseAgentRecord(record) ?? []),
  { append: (record) => journal.append(record).durable },
);
let talkingAbout = records.reduce<string | null>((task, record) => {
  if (isAssignment(record)) return null;
  const said = parseAgentRecord(record);
  if (said?.type === "agent.began") return said.task;
  return said?.type === "agent.ended" ? null : task;
}, null);
const tracked = {
  ...conversation,
  begin: async (task: string | null, model: string, prefix: string) => {
    await conversation.begin(task, model, prefix);
    talkingAbout = task;
  },
  end: async (task: string | null, why: string) => {
    await conversation.end(task, why);
    talkingAbout = null;
  },
};

const mailroom = createMailroom({
  name,
  state: wireState,
  append: (record) => {
    const { line, durable } = journal.append(record);
    return { seq: line.seq, durable };
  },
  wire: () => link,
  conversationTask: () => talkingAbout,
});
const welcomed = Promise.withResolvers<Snapshot>();
const link: Link = openLink({
  endpoint,
  session,
  name,
  key,
  log,
  startTime: startTimeOf(process.pid) ?? "",
  ...(coordinator === undefined ? {} : { coordinator: () => conditionOf(coordinator) }),
  cursor: wireState.cursor,
  top: wireState.sent.at(-1)?.n ?? 0,
  handlers: {
    welcome(snapshot) {
      if (snapshot === null) return;
      mailroom.welcome(snapshot);
      welcomed.resolve(snapshot);
    },
    data: (n, body) => mailroom.receive(n, body),
    lost(why) {
      log.warn("the coordinator is gone", { why });
      stop.abort();
    },
  },
});
// While the greeting is on its way: everything that the first call needs. Node loads its HTTP client at the first use.
const [prices, prompt, instructions] = await Promise.all([
  readFile(join(at.prompts, "prices.json"), "utf8").then(readPrices),
  readFile(join(at.prompts, "worker.md"), "utf8").then((text) => parsePrompt(text, "worker.md")),
  readFile(join(at.prompts, "instructions.json"), "utf8").then(readInstructions),
  keepWatch(Number(values.mark)),
]);
const enclosuresOf = await openEnclosures({
  state: SandboxState.parse(sandbox),
  env: process.env,
  // Whatever the tools start can be told from what a person starts.
  marks: { [SESSION_MARK]: folder, [WORKER_MARK]: name },
  hidden: [dirname(dirname(folder))],
});
const prefix = renderPrefix({ prompt: prompt.text, instructions, tools: workerTools });
const outputs = at.output(name);
await mkdir(outputs, { recursive: true, mode: 0o700 });
void new Headers();

try {
  const stopped = once(stop.signal, "abort").then(() => Promise.reject(stop.signal.reason));
  await Promise.race([link.ready, stopped]);
} catch (error) {
  log.warn("it was not welcomed", { why: String(error) });
  process.exit(EXIT.missing);
}
const snapshot = await welcomed.promise;
for (const { n, body } of wireState.sent) link.send(n, body);
await mailroom.say({ type: "ready", pid: process.pid });
mailroom.confirm();

const pane = createPane({
  write: print,
  colour: process.stdout.isTTY && values.colour !== "none" ? 2 : 0,
  index: Number(values.colour),
});
const typing = openTyping({
  stdin: process.stdin,
  pane,
  say: (body) => mailroom.say(body),
  failed: (error) => log.warn("typed words were not kept", { why: String(error) }),
});
const modelEnv = { ...process.env, ...snapshot.env };
const secrets = createSecretFilter(modelKeys(modelEnv));
const desk = createDesk({
  mailroom,
  name,
  pane,
  journal: {
    records: records.flatMap((record) => parseBackgroundRecord(record) ?? []),
    append: (record) => journal.append(record).durable,
  },
});

try {
  await runWorker(
    {
      name,
      model: createAnthropicModel({ env: modelEnv, log }),
      prompt,
      prefix,
      cost: createCosts(prices),
      tools: workerTools,
      conversation: tracked,
      mailroom,
      pane,
      policy: snapshot.policy,
      async placeOf(job) {
        const root = await realpath(at.checkout(job.checkout));
        const borrowed = await findBorrowed(root);
        const links = await linkedFolders(borrowed);
        return { root, links, ...enclosuresOf({ checkout: root, ...borrowed }) };
      },
      contextFor: (job, context) => desk.contextFor(job, { ...context, outputs, secrets }),
    },
    stop.signal,
  );
} finally {
  typing.close();
  await link.close();
  await journal.close();
}
process.exit(0);

function print(text: string): void {
  process.stdout.write(values.ascii ? toAscii(text) : text);
}

function explainStop(): void {
  const ways = `pause it: swarmux pause ${name}   end its task: swarmux stop ${name}   end the team: Ctrl-C in the coordinator's pane`;
  print(
    `\n· Ctrl-C does not stop ${name}. Words typed here reach it before its next step; ${ways}\n`,
  );
}

/** The coordinator's own disk may have room, or be another's. */
function tellDisk(full: boolean, words: string): void {
  print(`\n· ${words}\n`);
  link.request({ type: "disk", full }).catch(() => {});
}

function readInstructions(text: string): { file: string; text: string }[] {
  return JSON.parse(text);
}

function readPrices(text: string): Prices {
  return JSON.parse(text);
}
