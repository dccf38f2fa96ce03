/** How a person gets to see our tmux server: in a plain terminal, or in one new window of the tmux they are in. */
import { SwarmError } from "../errors.ts";
import { createTmux, literal, TMUX_SESSION } from "./tmux.ts";

/** The command that puts a plain terminal on our server; executable first. */
export function attachArgs({ socket }: { socket: string }): string[] {
  return ["tmux", "-S", socket, "attach-session", "-t", `=${TMUX_SESSION}`];
}

/**
 * Opens one new window in the session of the person's tmux that `env` (TMUX, TMUX_PANE) stands in, and resolves to
 * the window's id. Nothing that is there is split, resized or restyled; the window closes when the team's session ends.
 */
export async function openInPersonsTmux(options: {
  /** Our server's socket. */
  readonly socket: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Promise<string> {
  const { socket, env } = options;
  const theirs = env["TMUX"]?.replace(/,[^,]*,[^,]*$/, "");
  if (!theirs) {
    throw new SwarmError("usage", "This terminal is not inside tmux: TMUX is not set.", {
      mend: "swarmux attach",
    });
  }
  const tmux = createTmux({ socket: theirs, configPath: "/dev/null", searchPath: env["PATH"] });
  const where = env["TMUX_PANE"] ? ["-t", env["TMUX_PANE"]] : [];
  const session = await tmux.run(["display-message", "-p", ...where, "#{session_id}"]);
  // Without TMUX, because tmux refuses to attach inside itself; -u, because a tmux pane always shows UTF-8.
  const [program = "tmux", ...args] = attachArgs({ socket });
  const command = ["env", "-u", "TMUX", program, "-u", ...args].map(literal);
  const opening = ["new-window", "-P", "-F", "#{window_id}", "-n", "swarmux"];
  const window = await tmux.run([...opening, "-t", `${session.trim()}:`, "--", ...command]);
  return window.trim();
}
