/**
 * The twelve colours of the workers, from the 256-colour palette so that borders and text are drawn alike. They are
 * ordered so that the first k are the k most distinct, also for colour-blind readers; the badge says it again in digits.
 */

export type Scheme = "dark" | "light";

export interface Colour {
  /** The name tmux knows it by. */
  readonly tmux: string;
  readonly hex: string;
  /** Index in the 256-colour palette. */
  readonly index: number;
}

const PALETTE: Record<Scheme, readonly (readonly [number, string])[]> = {
  dark: [
    [69, "#5f87ff"],
    [220, "#ffd700"],
    [204, "#ff5f87"],
    [45, "#00d7ff"],
    [151, "#afd7af"],
    [176, "#d787d7"],
    [137, "#af875f"],
    [182, "#d7afd7"],
    [77, "#5fd75f"],
    [214, "#ffaf00"],
    [111, "#87afff"],
    [37, "#00afaf"],
  ],
  light: [
    [53, "#5f005f"],
    [28, "#008700"],
    [163, "#d700af"],
    [88, "#870000"],
    [23, "#005f5f"],
    [55, "#5f00af"],
    [98, "#875fd7"],
    [125, "#af005f"],
    [131, "#af5f5f"],
    [58, "#5f5f00"],
    [20, "#0000d7"],
    [90, "#870087"],
  ],
};

/** The colour of a badge, which counts from 1; the thirteenth worker has the first one's. */
export function colourOf(badge: number, scheme: Scheme): Colour {
  const colours = PALETTE[scheme];
  const entry = colours[(badge - 1) % colours.length];
  if (entry === undefined) throw new RangeError(`A badge counts from 1, not ${badge}.`);
  const [index, hex] = entry;
  return { tmux: `colour${index}`, hex, index };
}
