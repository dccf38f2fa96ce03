/** A plan that is being changed: its tasks, the chosen one with all that can be changed. */
import type { WaitingItem } from "../dialogs/waiting.ts";
import type { Focus } from "../input/focus.ts";
import { chosenTask, planTasks } from "../input/plan-keys.ts";
import { showHidden } from "../terminal/printable.ts";
import { type Paragraph, span, styledParagraph } from "../terminal/styled.ts";

export function planEditParagraphs(
  focus: Extract<Focus, { on: "plan" }>,
  items: readonly WaitingItem[],
): { readonly body: readonly Paragraph[]; readonly scroll: number } {
  const tasks = planTasks(items);
  const chosen = chosenTask(focus, tasks);
  const body = tasks.flatMap((task, at): Paragraph[] => {
    const { id, risk, subject, blockedBy, files, description, check } = task;
    const isChosen = at === chosen;
    const after = blockedBy.length === 0 ? "" : `  after ${blockedBy.join(", ")}`;
    const head = styledParagraph([
      span(isChosen ? "▸ " : "  ", "bold"),
      span(id, isChosen ? "mark" : "bold"),
      span(` ${risk.padEnd(6)} `, risk === "HIGH" ? "alert" : "plain"),
      span(showHidden(subject)),
      span(after, "dim"),
    ]);
    if (!isChosen) return [head];
    return [
      head,
      ...row("after", blockedBy.join(", ") || "nothing"),
      ...row("files", files.join(", ") || "not said"),
      ...(check === undefined ? [] : row("check", check)),
      ...row("description", description),
    ];
  });
  // The chosen task's first line is on the screen whatever its text is.
  return { body, scroll: Math.max(chosen - 2, 0) };
}

function row(name: string, text: string): Paragraph[] {
  return showHidden(text)
    .split("\n")
    .map((line, at) =>
      styledParagraph([span((at === 0 ? name : "").padEnd(13), "dim"), span(line)], {
        indent: 5,
        hang: 18,
      }),
    );
}
