/** The configuration of our own tmux server. Only text of ours stands in it: names of people and models are set as options later. */
import { toAscii } from "../ascii.ts";
import { SwarmError } from "../errors.ts";

const DEFAULT_PREFIX = "C-]";

/** The key as a person reads it in the status line. */
const KEY =
  /^(?:[CMS]-){0,3}(?:[\x21-\x26\x28-\x3a\x3c-\x5b\x5d-\x7e]|F\d{1,2}|Space|BSpace|Home|End|PageUp|PageDown)$/;

/** In the place of every style with a colour, also of those that tmux brings along. */
const PLAIN = [
  "set -g status-style 'reverse'",
  "set -g message-style 'reverse'",
  "set -wg mode-style 'reverse'",
  "set -wg pane-border-format '#[bold] #{?@badge,[#{@badge}] ,}#{@role}#[nobold]#{?@state, · #{@state},} '",
  "set -wg pane-border-style 'default'",
  "set -wg pane-active-border-style 'bold'",
];

/**
 * `window-size manual` must never be set for all windows: tmux before 3.7 crashes at the next new window.
 * `update-environment` is empty, or a person who attaches would hand agent sockets and displays to new panes.
 */
export function tmuxConfig({
  prefix = DEFAULT_PREFIX,
  hasColours = true,
  isAscii = false,
}: {
  prefix?: string | undefined;
  hasColours?: boolean | undefined;
  isAscii?: boolean | undefined;
} = {}): string {
  if (!KEY.test(prefix)) {
    throw new SwarmError("config", `"${prefix}" is not a key that tmux can take as its prefix.`, {
      mend: `choose a key such as "${DEFAULT_PREFIX}" or "C-a"`,
    });
  }
  const shown = prefix.replaceAll("#", "##").replaceAll("%", "%%");
  const config = [
    "set -s escape-time 10",
    "set -s focus-events on",
    "set -s exit-empty off",
    "set -g exit-unattached off",
    "set -g destroy-unattached off",
    "set -g default-terminal tmux-256color",
    "set -g update-environment ''",
    "set -g history-limit 20000",
    "set -g mouse on",
    "set -g set-titles on",
    "set -g set-titles-string '#{@swarmux_waiting}swarmux: #{@swarmux_session}'",
    "unbind C-b",
    `set -g prefix '${prefix}'`,
    `bind '${prefix}' send-prefix`,
    "set -g status on",
    "set -g status-style 'fg=colour250,bg=colour236'",
    "set -g status-left-length 60",
    "set -g status-left '#[bold] #{@swarmux_session} #[default] '",
    "set -g status-right-length 80",
    `set -g status-right ' ${shown} then: d detach · z zoom · arrows move · n next window '`,
    "set -wg window-status-current-style 'bold'",
    "set -wg remain-on-exit on",
    "set -wg automatic-rename off",
    "set -wg allow-rename off",
    // Known from tmux 3.3 on; older ones pass everything through. The coordinator's pane alone gets it, for notifications.
    "set -wgq allow-passthrough off",
    "set -wg pane-border-status top",
    `set -wg pane-border-lines ${isAscii ? "simple" : "heavy"}`,
    "set -wg pane-border-format '#[fg=#{@color},bold] #{?@badge,[#{@badge}] ,}#{@role}#[nobold]#{?@state, · #{@state},} '",
    "set -wg pane-border-style 'fg=#{?@color,#{@color},colour240}'",
    "set -wg pane-active-border-style 'fg=#{?@color,#{@color},colour240},bold'",
    ...(hasColours ? [] : PLAIN),
  ].join("\n");
  return `${isAscii ? toAscii(config) : config}\n`;
}
