/** A real checkout in a temporary folder with a tool context over it, and a way to call one tool as the loop does. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Entry, EntryDraft } from "../../src/memory/entry.ts";
import { searchEntries } from "../../src/memory/search.ts";
import type { Assessment } from "../../src/risk/assessment.ts";
import { openEnclosure } from "../../src/risk/enclosure.ts";
import { createSecretFilter } from "../../src/risk/hide-secrets.ts";
import type { Report, TaskDetail } from "../../src/task.ts";
import { type Background, createBackground, type GoneCommand } from "../../src/tools/background.ts";
import { createReadLog } from "../../src/tools/read-log.ts";
import { createShells } from "../../src/tools/shells.ts";
import { createTerminals, type Terminals } from "../../src/tools/terminals.ts";
import type { PreparedCall, Tool, ToolContext } from "../../src/tools/tool.ts";

export interface Workspace {
  readonly root: string;
  /** A folder beside the checkout. */
  readonly outside: string;
  readonly context: ToolContext;
  readonly sent: { to: string; message: string }[];
  readonly reports: Report[];
  readonly background: Background;
  readonly terminals: Terminals;
  /** Questions for the person. */
  readonly asked: string[];
  /** Background commands of whose end the agent knows. */
  readonly told: string[];
  readonly entries: Entry[];
  write(files: Readonly<Record<string, string>>): void;
  git(...args: string[]): string;
  /** What the tool answers. Rejects as the tool does. */
  call(tool: Tool, input: Record<string, unknown>): Promise<string>;
  /** The message of the `ToolError` that the tool ends with. */
  failure(tool: Tool, input: Record<string, unknown>): Promise<string>;
  assess(tool: Tool, input: Record<string, unknown>): Promise<Assessment>;
}

export function createWorkspace(
  options: {
    signal?: AbortSignal;
    tasks?: readonly TaskDetail[];
    gone?: readonly GoneCommand[];
    /** What the person says to every question. */
    answer?: string;
  } = {},
): Workspace {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "swarmux-tools-")));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const root = join(base, "checkout");
  const outside = join(base, "checkout-evil");
  mkdirSync(root);
  mkdirSync(outside);
  const sent: { to: string; message: string }[] = [];
  const reports: Report[] = [];
  const told: string[] = [];
  const asked: string[] = [];
  const entries: Entry[] = [];
  const tasks = options.tasks ?? [];
  const env = { PATH: process.env["PATH"] ?? "", HOME: base, LANG: "C.UTF-8" };
  const enclosure = openEnclosure("none", env);
  const secrets = createSecretFilter([]);
  const shells = createShells(root, enclosure);
  const background = createBackground({
    shells,
    outputs: join(base, "outputs"),
    secrets,
    gone: options.gone ?? [],
    first: (options.gone ?? []).length + 1,
    began: async () => {},
    told: (id) => void told.push(id),
  });
  onTestFinished(() => background.close());
  const terminals = createTerminals(root);
  onTestFinished(() => terminals.close());
  const context: ToolContext = {
    agent: "ada",
    task: "t1",
    root,
    outputs: join(base, "outputs"),
    reads: createReadLog(),
    board: {
      list: () =>
        tasks.map(({ id, subject, status, owner, blockedBy, risk }) => ({
          id,
          subject,
          status,
          owner,
          blockedBy,
          risk,
        })),
      get: (id) => tasks.find((task) => task.id === id),
    },
    memory: {
      remember: async (draft: EntryDraft, sources: readonly string[]) => {
        const entry: Entry = {
          ...draft,
          id: `m${entries.length + 1}`,
          by: "ada",
          task: "t1",
          at: "2026-11-21T10:00:00.000Z",
          sources: [...sources],
          trust: "agent",
        };
        entries.push(entry);
        return entry;
      },
      recall: (query, limit) => searchEntries(entries, query, limit),
    },
    send: async (to, message) => void sent.push({ to, message }),
    ask: async (question) => {
      asked.push(question);
      return options.answer ?? "";
    },
    report: async (report) => void reports.push(report),
    background,
    terminals,
    shells,
    enclosure,
    approvedEnclosure: () => enclosure,
    secrets,
    signal: options.signal ?? new AbortController().signal,
  };
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd: root,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: base },
    });
  git("init", "-q");
  const call = async (tool: Tool, input: Record<string, unknown>) =>
    prepared(tool, input).run(context);
  return {
    root,
    outside,
    context,
    sent,
    reports,
    background,
    terminals,
    asked,
    told,
    entries,
    git,
    call,
    write(files) {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
    },
    failure: (tool, input) =>
      call(tool, input).then(
        (text) => Promise.reject(new Error(`${tool.name} succeeded: ${text}`)),
        (error: unknown) => {
          if (error instanceof Error && error.name === "ToolError") return error.message;
          throw error;
        },
      ),
    assess: async (tool, input) => prepared(tool, input).assess(context),
  };
}

function prepared(tool: Tool, input: Record<string, unknown>): PreparedCall {
  const preparation = tool.prepare(input);
  if (!preparation.ok) throw new Error(preparation.complaint);
  return preparation.call;
}
