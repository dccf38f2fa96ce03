/** How long a test waits for what must come, in milliseconds: it ends a test that hangs, and is no statement on speed. */
export const PATIENCE_MS = 60_000;
