/** How the person's terminal is drawn on, as their configuration and the environment of their own command tell it. */
import type { Config } from "../config.ts";
import type { Theme } from "../coordinator/screen/terminal/theme.ts";

/** Found out where the person's terminal is; inside of our tmux server it looks like another one. */
export interface Display extends Pick<Theme, "scheme" | "ascii"> {
  /** Nothing on the screen moves by itself. */
  readonly isStill: boolean;
}

export function displayOf(env: NodeJS.ProcessEnv, display: Config["user"]["display"]): Display {
  return {
    scheme: display?.theme ?? schemeOf(env),
    ascii: isAscii(env),
    isStill: display?.motion === "reduced",
  };
}

/** `COLORFGBG` is `foreground;background` where a terminal sets it; 7 and from 9 on are light. */
function schemeOf(env: NodeJS.ProcessEnv): Theme["scheme"] {
  const background = Number(/;(\d+)$/.exec(env["COLORFGBG"] ?? "")?.[1] ?? 0);
  return background === 7 || background > 8 ? "light" : "dark";
}

/** By the first that is set, as C does. */
function isAscii(env: NodeJS.ProcessEnv): boolean {
  if (/^(?:dumb|linux)$/.test(env["TERM"] ?? "")) return true;
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  // A container names none, and its terminal is one of today.
  return locale !== "" && !/utf-?8/i.test(locale);
}
