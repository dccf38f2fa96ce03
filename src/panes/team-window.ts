/** The coordinator's window as others see it: its name says what waits for the person, and its clients can be let go. */
import { notification, type TerminalFacts, throughTmux } from "./notification.ts";
import { createTmux, escape, sequence, TMUX_SESSION } from "./tmux.ts";
import { LIST_PANES, parsePanes } from "./tmux-panes.ts";
import { TEAM_WINDOW, tmuxPaths } from "./tmux-server.ts";

export interface TeamWindow {
  /** Flags the window and the title of the person's terminal; 0 takes the flag away. */
  setWaiting(count: number): Promise<void>;
  /** What a program in the coordinator's pane writes so that those who look elsewhere are told; empty where nobody is. */
  notificationFor(text: string): Promise<string>;
  /** Puts everybody who looks back into their own terminal; the team goes on. */
  detach(): Promise<void>;
}

const CLIENT = "#{client_flags}\t#{client_termname}\t#{client_termtype}";

function parseClient(line: string): TerminalFacts {
  const [flags = "", name = "", type = ""] = line.split("\t");
  return { isFocused: flags.split(",").includes("focused"), name, type };
}

export function createTeamWindow(options: { run: string; session: string }): TeamWindow {
  const { run, session } = options;
  const tmux = createTmux(tmuxPaths(run));
  let last: Promise<unknown> = Promise.resolve();

  async function flag(count: number): Promise<void> {
    const panes = await tmux.attempt(LIST_PANES);
    const own = panes.ok ? parsePanes(panes.text).find((pane) => pane.coordinator) : undefined;
    // The server may be gone already; then nobody looks.
    if (own === undefined) return;
    const mark = count === 0 ? "" : `⧗${count} `;
    const name = count === 0 ? TEAM_WINDOW : `${mark}${session}`;
    await tmux.attempt(
      sequence([
        ["set-option", "-g", "--", "@swarmux_waiting", mark],
        ["rename-window", "-t", own.window, "--", escape(name)],
      ]),
    );
  }

  return {
    setWaiting(count) {
      const next = last.then(() => flag(count));
      last = next.catch(() => {});
      return next;
    },
    async notificationFor(text) {
      const clients = await tmux.attempt(["list-clients", "-F", CLIENT]);
      if (!clients.ok) return "";
      const all = clients.text.split("\n").filter((line) => line !== "");
      const told = all.map(parseClient).map((client) => notification(client, text));
      return [...new Set(told)]
        .filter((one) => one !== "")
        .map(throughTmux)
        .join("");
    },
    async detach() {
      await tmux.run(["detach-client", "-s", `=${TMUX_SESSION}`]);
    },
  };
}
