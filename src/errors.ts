/** The failures that someone can act on: the user (`SwarmError`) and the model (`ToolError`). Anything else thrown is a bug. */

/** Exit codes of the command line, the same for every command (docs/commands.md). */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  missing: 69,
  temporary: 75,
  denied: 77,
  config: 78,
  interrupted: 130,
} as const;

export type ExitKind = keyof typeof EXIT;

/**
 * A failure the user can mend. `message` says what happened and why in one or two sentences;
 * `mend` is the command or step that puts it right.
 */
export class SwarmError extends Error {
  override readonly name = "SwarmError";
  readonly kind: ExitKind;
  readonly mend: string | undefined;

  constructor(kind: ExitKind, message: string, options: { mend?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.mend = options.mend;
  }
}

/** A failure the model can act on: its text becomes the `tool_result` with `is_error: true`, and says what to do instead. */
export class ToolError extends Error {
  override readonly name = "ToolError";
}
