/** Times of day as the person's own clock shows them. */

/** Hours, minutes and seconds of a time in ISO 8601, or in milliseconds since 1970. */
export function clockOf(ts: string | number): string {
  return new Date(ts).toTimeString().slice(0, 8);
}

/** What is shown while the whole team waits because the API asked to. */
export function limitedWords(until: string): string {
  return `rate limited until ${clockOf(until).slice(0, 5)}`;
}
