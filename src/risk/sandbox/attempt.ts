/** What comes of it, or undefined where it fails: processes come and go while they are looked at. */
export function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
