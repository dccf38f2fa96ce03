/** What the sandbox promises, each as a piece of bash that succeeds inside where the promise holds. */

export interface Claim {
  readonly claim: string;
  /** Sees `$KEY` and `$SOCKET` (files of ours), `$REPO`, `$PORT` (a server on this machine), `$OUTSIDER` (a process of it). */
  readonly test: string;
}

/** A command that must fail. */
const not = (command: string) => `! (${command})`;

const all = (...tests: readonly string[]) => tests.join(" && ");

export const CLAIMS: readonly Claim[] = [
  {
    claim: "git works in the checkout",
    test: all(
      "echo two >> a.txt",
      "git add -A",
      "git commit -qm two",
      '[ -z "$(git status --porcelain)" ]',
      "git diff HEAD~1 --stat | grep -q a.txt",
    ),
  },
  {
    claim: "git's hooks, settings and pointers can't be changed",
    test: all(
      not("echo x > .git/hooks/pre-commit"),
      not("echo x >> .git/config"),
      not("git config core.fsmonitor x"),
      not("echo /tmp > .git/commondir"),
      not("echo '* filter=x' > .git/info/attributes"),
      not("rm .git/config"),
      not("mv .git away"),
      not("mv .git/hooks .git/away"),
      not("ln -sf /tmp .git/hooks"),
    ),
  },
  {
    claim: "files that other programs obey can't be changed",
    test: all(not("echo x > .idea/x"), not("rm -rf .idea"), not("mv .idea away")),
  },
  {
    claim: "files that other programs obey can't be made",
    test: [".mcp.json", ".vscode", ".gitmodules", ".claude", ".swarmux"]
      .flatMap((name) => [
        not(`echo x > ${name}`),
        not(`echo x > ${name}/x`),
        not(`rmdir ${name}`),
        not(`ln -sfn a.txt ${name}`),
        not(`mv a.txt ${name}`),
      ])
      .join(" && "),
  },
  {
    claim: "nothing outside the checkout can be written",
    test: all(not("echo x > /x"), not("echo x > /etc/x"), not("echo x > /usr/x")),
  },
  {
    claim: "the repository's objects can be read, and neither they nor its branches changed",
    test: all(
      "git cat-file -e HEAD~1",
      not('rm -rf "$REPO/.git/objects"/??'),
      not('git --git-dir "$REPO/.git" update-ref refs/heads/main HEAD'),
      '[ ! -e "$REPO/.git/HEAD" ]',
    ),
  },
  {
    claim: "swarmux's keys are out of sight",
    test: all('[ ! -e "$KEY" ]', '[ -z "$(cat "$KEY" 2>/dev/null)" ]'),
  },
  {
    claim: "sockets of this machine are out of sight",
    test: all(
      '[ ! -e "$SOCKET" ]',
      '[ -z "$(ls -A /run)" ]',
      '[ -z "$(find /tmp /run /var -type s 2>/dev/null)" ]',
    ),
  },
  {
    claim: "the home folder shows toolchains and nothing else",
    test: all(
      '[ -z "$(find "$HOME" -maxdepth 1 -type f)" ]',
      ".ssh .aws .gnupg .kube .docker .config .claude .netrc .npmrc .cargo/credentials.toml"
        .split(" ")
        .map((name) => `[ ! -e "$HOME/${name}" ]`)
        .join(" && "),
    ),
  },
  {
    claim: "passwords of the system can't be read",
    test: '[ -z "$(cat /etc/shadow 2>/dev/null)" ]',
  },
  {
    claim: "there is no network but a loopback of its own",
    test: all(
      '[ "$(grep -c : /proc/net/dev)" = 1 ]',
      not('exec 3<>"/dev/tcp/127.0.0.1/$PORT"'),
      "{ (exec 3<>/dev/tcp/127.0.0.1/9) 2>&1 | grep -q refused; }",
    ),
  },
  {
    claim: "other processes are out of sight",
    test: all('[ "$(ls -d /proc/[0-9]* | wc -l)" -lt 12 ]', not('kill -0 "$OUTSIDER"')),
  },
  {
    claim: "no key, socket or terminal stands in the environment",
    test: all(
      '[ -z "$ANTHROPIC_API_KEY$TMUX$SSH_AUTH_SOCK" ]',
      not("cat /proc/[0-9]*/environ 2>/dev/null | grep -q swarmux-canary"),
    ),
  },
  { claim: "there is no terminal to type into", test: not("exec 3</dev/tty") },
  {
    claim: "it has no rights beyond a plain user's",
    test: all(
      "[ \"$(grep -cE '^Cap[A-Za-z]+:[[:space:]]+0+$' /proc/self/status)\" = 5 ]",
      not("mount -o remount,rw,bind /"),
      not("umount .git/hooks"),
      not("unshare -Urm umount .git/hooks"),
      not("unshare -Urm mount -o remount,rw,bind .git/config"),
    ),
  },
  {
    claim: "home and /tmp are its own, and can be written",
    test: all(
      'echo x > "$HOME/own"',
      "echo x > /tmp/own",
      "echo x > /dev/shm/own",
      "echo x > /var/tmp/own2",
    ),
  },
  {
    claim: "the size of files is limited",
    test: all('[ "$(ulimit -c)" = 0 ]', '[ "$(ulimit -f)" != unlimited ]'),
  },
];
