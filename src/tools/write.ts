/** Write: creates a file or replaces all of it. */

import { z } from "zod";
import { countOf } from "../count.ts";
import { ToolError } from "../errors.ts";
import { assessPath } from "../risk/paths.ts";
import { fileTarget, resolveInCheckout } from "./paths.ts";
import { refuseMark } from "./refuse-secrets.ts";
import { assertSeen, isFolder, loadFile, replaceFile } from "./text-file.ts";
import { defineTool } from "./tool.ts";

export const writeTool = defineTool({
  name: "Write",
  description:
    "Creates a file with the given content, or replaces the whole content of an existing one. Folders on the way are made. For a file that exists, call Read first: a file that was not read, or has changed on disk since, is refused, so that nobody's work is lost unseen. To change a part of a file use Edit, which is shorter and safer; use Write for new files and for rewriting most of a small one. The content is written byte for byte as given, so end it with a newline where the file should have one. Permissions of an existing file are kept. Paths outside the checkout and git's own files are refused; some settings files of editors, shells and agents need a person's yes. Create documentation or helper files only where the task asks for them.",
  effect: "writes",
  input: z.strictObject({
    file_path: z
      .string()
      .describe("The file, relative to the root of the checkout, or an absolute path inside it"),
    content: z.string().describe("The whole new content of the file"),
  }),
  assess: ({ file_path }, { root }) =>
    assessPath(resolveInCheckout(root, file_path).relative, "write"),
  target: ({ file_path }, { root }) => ({ file: fileTarget(root, file_path) }),
  run: async ({ file_path, content }, context) => {
    refuseMark(content);
    const path = resolveInCheckout(context.root, file_path);
    if (path.relative === "." || (await isFolder(path.absolute)) || file_path.endsWith("/")) {
      throw new ToolError(`${path.relative} is a folder. Name a file in it.`);
    }
    const file = await loadFile(context.root, path);
    if (file !== undefined) assertSeen(path, { file, context });
    await replaceFile(path, { text: content, mode: file?.mode, context });
    const lines = content === "" ? 0 : content.replace(/\n$/, "").split("\n").length;
    return `${file === undefined ? "Created" : "Replaced"} ${path.relative}: ${countOf(lines, "line")}.`;
  },
  probe: async ({ file_path, content }, context) => {
    const file = await loadFile(context.root, resolveInCheckout(context.root, file_path));
    return file?.bytes.equals(Buffer.from(content)) === true
      ? { done: `Written: ${file_path}.` }
      : "not-done";
  },
});
