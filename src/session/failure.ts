/** What a caught value says about itself. */

/** The system's code of a failure, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the failure, or one that led to it, is that of a full disk or a used-up quota; git says it in words. */
export function isDiskFull(error: unknown): boolean {
  if (["ENOSPC", "EDQUOT"].includes(codeOf(error) ?? "")) return true;
  if (/No space left on device|Disk quota exceeded/.test(reasonOf(error))) return true;
  return error instanceof Error && error.cause !== undefined && isDiskFull(error.cause);
}
