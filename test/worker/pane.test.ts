/** A worker's pane: lines that are only appended, and that nothing of a model's or a file's text can steer. */
import { expect, test } from "vitest";
import { createPane } from "../../src/worker/pane.ts";

function open(colour: 0 | 2 = 0) {
  let written = "";
  const pane = createPane({ write: (text) => (written += text), colour, index: 69 });
  return { pane, written: () => written };
}

const EDIT = { file_path: "a.txt", old_string: "one\n", new_string: "two\u001b[2J\n" };

test("an edit is followed by a short diff whose controls are shown", () => {
  const { pane, written } = open();
  pane.callStarted({ id: "c1", name: "Edit", input: EDIT });
  pane.callFinished({ id: "c1", ok: true, ms: 5, refused: undefined, content: "done" });
  expect(written()).toBe("✓ Edit a.txt 5 ms\n  - one\n  + two\\u{1b}[2J\n");
});

test("a failed call shows the first line of its result and no diff", () => {
  const { pane, written } = open();
  pane.callStarted({ id: "c1", name: "Edit", input: EDIT });
  const content = "\nold_string is not in a.txt.\nRead it again.";
  pane.callFinished({ id: "c1", ok: false, ms: 5, refused: undefined, content });
  expect(written()).toBe("✗ Edit a.txt 5 ms\n  old_string is not in a.txt.\n");
});

test("what waits for a person is plain to see, with each reason", () => {
  const { pane, written } = open();
  const input = { command: "git push" };
  pane.waiting({ name: "Bash", input, reasons: ["it reaches another host", "force push"] });
  expect(written()).toBe(
    "⧗ waits for you in the coordinator's pane: Bash git push\n  - it reaches another host\n  - force push\n",
  );
});

test("a diff has colours where colours are wanted", () => {
  const { pane, written } = open(2);
  pane.callStarted({ id: "c1", name: "Edit", input: { ...EDIT, new_string: "two" } });
  pane.callFinished({ id: "c1", ok: true, ms: 5, refused: undefined, content: "" });
  expect(written()).toContain("\u001b[31m  - one\u001b[39m");
  expect(written()).toContain("\u001b[32m  + two\u001b[39m");
});
