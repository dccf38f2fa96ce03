/**
 * What keeps git from running anything that a repository names: hooks, filters, drivers, helpers, transports.
 * Overrides go through GIT_CONFIG_COUNT, not `-c`: a driver's name may hold a `=`, where `-c` would split the key.
 */

export type Settings = Readonly<Record<string, string>>;

/** Overrides that hold for every call, whatever the repository says. */
export const HARDENED: Settings = {
  "core.fsmonitor": "false",
  "core.hooksPath": "/dev/null",
  "core.pager": "cat",
  "core.editor": "true",
  "sequence.editor": "true",
  "core.askPass": "true",
  "core.sshCommand": "false",
  "core.gitProxy": "",
  "core.alternateRefsCommand": "true",
  "core.attributesFile": "/dev/null",
  "core.quotePath": "false",
  "diff.external": "",
  "safe.bareRepository": "explicit",
  "protocol.ext.allow": "never",
  "uploadpack.packObjectsHook": "",
  "credential.helper": "",
  "gc.auto": "0",
  "maintenance.auto": "false",
  "commit.gpgSign": "false",
  "tag.gpgSign": "false",
  "gpg.program": "false",
  "gpg.openpgp.program": "false",
  "gpg.x509.program": "false",
  "gpg.ssh.program": "false",
  "log.showSignature": "false",
  "merge.verifySignatures": "false",
  "merge.autoStash": "false",
  "rerere.enabled": "false",
  "submodule.recurse": "false",
  "status.submoduleSummary": "false",
  "diff.submodule": "short",
  "color.ui": "false",
  "column.ui": "never",
};

/** Keys of the repository's own configuration that `neutralise` knows how to answer. */
export const DRIVER_KEYS = "^(filter|diff|merge|branch)\\..*\\.";

// A driver that merges as git itself does: an empty command would succeed and keep only our side.
const MERGE_AS_TEXT = "git merge-file --marker-size=%L %A %O %B";

/** The override for each of these configuration keys that names a program or decides whether one must succeed. */
export function neutralise(keys: readonly string[]): Settings {
  const overrides: Record<string, string> = {};
  for (const key of keys) {
    const [section, last] = [key.slice(0, key.indexOf(".")), key.slice(key.lastIndexOf(".") + 1)];
    const value = NEUTRAL[`${section}.${last}`];
    if (value !== undefined) overrides[key] = value;
  }
  return overrides;
}

const NEUTRAL: Settings = {
  "filter.clean": "",
  "filter.smudge": "",
  "filter.process": "",
  "filter.required": "false",
  // Diffs are asked for with --no-ext-diff and --no-textconv; a call without them fails aloud.
  "diff.command": "false",
  "diff.textconv": "false",
  "merge.driver": MERGE_AS_TEXT,
  "branch.mergeoptions": "",
};

const KEPT = ["PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR", "USER", "LOGNAME"];

/** The whole environment of a git process: no GIT_* of the caller, no agent, no transport, no question. */
export function environment(settings: Settings): Record<string, string> {
  const env: Record<string, string> = {
    LANG: "C.UTF-8",
    LC_ALL: "C.UTF-8",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "true",
    GIT_EDITOR: "true",
    GIT_PAGER: "cat",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    // Objects move by packs over a pipe (objects.ts), so no call needs a transport.
    GIT_ALLOW_PROTOCOL: "none",
  };
  for (const name of KEPT) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  const entries = Object.entries(settings);
  env.GIT_CONFIG_COUNT = String(entries.length);
  for (const [index, [key, value]] of entries.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return env;
}
