/** Ends this process when what it has printed is out. Everything is closed by then; what a library may keep open holds nothing up. */
export function endProcess(exitCode: number): void {
  process.exitCode = exitCode;
  process.stdout.write("", () => process.exit(exitCode));
}
