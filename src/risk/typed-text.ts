/**
 * The risk of what is typed into a program that runs in a terminal. A shell gets what was typed before and this as one script,
 * judged as such; any other program may do with it what it likes.
 */
import { type Assessment, type Cause, high, medium, toAssessment } from "./assessment.ts";
import { hiddenCharacter } from "./hidden-text.ts";
import { assessCommand, type CommandSetting } from "./shell.ts";

/** Started without files of its own, history or line editing, so that what is typed is what it reads. */
export const PLAIN_SHELL = [
  "/bin/bash",
  "--noprofile",
  "--norc",
  "--noediting",
  "+H",
  "-i",
] as const;

/** Whether a command opens a shell that only reads what is typed. */
export function opensShell(command: string): boolean {
  return /^(?:\/bin\/|\/usr\/bin\/)?(?:ba)?sh$/.test(command.trim());
}

/** Opening it does nothing by itself: each line is judged when it is typed. */
export const SHELL_OPENED: Assessment = toAssessment(
  medium("process", "opens a shell; what is typed into it is judged by itself"),
);

export interface Typing {
  /** What runs in the terminal. */
  readonly command: string;
  /** All that was typed before; null where it is not a shell. */
  readonly before: string | null;
  /** What was found when it was opened. */
  readonly opened: Assessment;
}

/** `text` holds a newline for Enter. */
export function assessTyped(text: string, typing: Typing, setting: CommandSetting): Assessment {
  const hidden = hiddenCharacter(text);
  if (hidden !== undefined) {
    return withCauses(high("unanalysable", `types the control character ${hidden}`));
  }
  if (text === "") return toAssessment([]);
  if (typing.before !== null) return assessLines(text, typing.before, setting);
  const name = typing.command.trim().split("\n")[0] ?? "";
  if (typing.opened.risk !== "MEDIUM") {
    return withCauses(high("unanalysable", `what ${name} does with typed text can't be analysed`));
  }
  return withCauses(medium("project-code", `types into ${name}`));
}

/** Reasons that stood in what was typed before were judged there, unless they make all that follows unknown. */
function assessLines(text: string, before: string, setting: CommandSetting): Assessment {
  if (text.includes("\t")) {
    return withCauses(high("unanalysable", "a tab, which a shell may complete to something else"));
  }
  const known = before.trim() === "" ? [] : assessCommand(before, setting).causes;
  const whole = assessCommand(before + text, setting);
  const fresh = whole.causes.filter(
    (cause) => cause.kind === "unanalysable" || !known.some((one) => isSame(one, cause)),
  );
  return { ...withCauses(fresh), parts: whole.parts, complete: whole.complete };
}

function isSame(one: Cause, other: Cause): boolean {
  return one.kind === other.kind && one.risk === other.risk && one.text === other.text;
}

function withCauses(causes: readonly Cause[]): Assessment {
  return { ...toAssessment(causes), causes };
}
