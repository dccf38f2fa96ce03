/** The tools of a worker, in the order in which every worker's model gets them: the order is part of the cached prefix. */
import { workerAskUserQuestion } from "./ask-user-question.ts";
import { bashTool } from "./bash.ts";
import { editTool } from "./edit.ts";
import { globTool } from "./glob.ts";
import { grepTool } from "./grep.ts";
import { readTool } from "./read.ts";
import { recallTool } from "./recall.ts";
import { rememberTool } from "./remember.ts";
import { reportTool } from "./report.ts";
import { sendMessageTool } from "./send-message.ts";
import { taskGetTool } from "./task-get.ts";
import { taskListTool } from "./task-list.ts";
import { taskOutputTool } from "./task-output.ts";
import { taskStopTool } from "./task-stop.ts";
import { terminalTool } from "./terminal-tool.ts";
import type { Tool } from "./tool.ts";
import { webFetchTool } from "./web-fetch.ts";
import { writeTool } from "./write.ts";

export const workerTools: readonly Tool[] = [
  readTool,
  writeTool,
  editTool,
  globTool,
  grepTool,
  bashTool,
  taskOutputTool,
  taskStopTool,
  terminalTool,
  webFetchTool,
  taskListTool,
  taskGetTool,
  sendMessageTool,
  rememberTool,
  recallTool,
  workerAskUserQuestion,
  reportTool,
];

/** Tools that look at a checkout and change nothing. */
export const readingTools: readonly Tool[] = [readTool, globTool, grepTool];
