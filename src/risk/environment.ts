/** The environment that commands of agents and checks run with: an allow-list, so that no key is ever in it. */

const NAMES = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "LANG",
  "TZ",
  "TMPDIR",
  "JAVA_HOME",
  "GOPATH",
  "GOROOT",
  "GOCACHE",
  "GOMODCACHE",
  "CARGO_HOME",
  "RUSTUP_HOME",
  "NVM_DIR",
  "PYENV_ROOT",
  "VIRTUAL_ENV",
  "RBENV_ROOT",
  "SDKMAN_DIR",
  "CI",
]);

/** How this machine reaches others, for commands that may. */
const NETWORK_NAMES =
  /^((HTTPS?|ALL|NO)_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|GIT_SSL_CAINFO|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|PIP_CERT)$/i;

export function networkEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && NETWORK_NAMES.test(name) ? [[name, value]] : [],
    ),
  );
}

/** What an action that a person has approved sees outside: also their agent socket, so that it can push as they would. */
export function approvedEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const agent = env["SSH_AUTH_SOCK"];
  return {
    ...toolEnvironment(env),
    ...networkEnvironment(env),
    ...(agent === undefined ? {} : { SSH_AUTH_SOCK: agent }),
  };
}

/** What of `env` a command may see, with a dumb terminal and no pager, so that nothing waits for a key. */
export function toolEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && (NAMES.has(name) || /^LC_[A-Z]+$/.test(name))) kept[name] = value;
  }
  return {
    ...kept,
    TERM: "dumb",
    PAGER: "cat",
    GIT_PAGER: "cat",
    GIT_TERMINAL_PROMPT: "0",
    NO_COLOR: "1",
  };
}
