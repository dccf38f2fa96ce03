/** How the person's terminal is drawn on: background, colours and signs, as the environment tells them. */
import type { Theme } from "../coordinator/screen/terminal/theme.ts";

export function themeOf(env: NodeJS.ProcessEnv, level: number): Theme {
  return { level, scheme: schemeOf(env), ascii: isAscii(env), attributes: true };
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
