/** The machine and other machines: processes, services, networks, clouds, databases, keys. Mostly HIGH; what only looks is MEDIUM. */
import { type Causes, high, medium, none } from "../assessment.ts";
import { parseArgs, toSpec } from "../options.ts";
import { judgePlaces } from "../places.ts";
import { bySub, type Call, each, type Judge, refused, type Table } from "../scene.ts";
import { docker, looks } from "./docker.ts";
import { LOCAL, runs } from "./project.ts";
import { sqlite } from "./sqlite.ts";

const remote = refused("remote", "reaches other machines");

const CURL = toSpec(
  "-s -S -f -i -I -v -L -k -g -N -G -4 -6 -# -0 -m: -H: -X: -d: -w: -A: -e: -o> --silent --show-error --fail --fail-with-body --include --head --verbose --location --insecure --max-time: --connect-timeout: --header: --request: --data: --data-raw: --json: --write-out: --user-agent: --retry: --retry-delay: --retry-connrefused --retry-all-errors --retry-max-time: --compressed --output> --get --data-urlencode: --no-progress-meter --progress-bar --http1.1 --http2 --url: --globoff --noproxy: --max-redirs: --no-buffer --version --help",
);

/** Only this machine is asked, and no file is sent. */
function judgeCurl({ name, args, scene }: Call): Causes {
  const parsed = parseArgs(args, CURL);
  if (parsed.odd !== undefined) return high("remote", `${name} with ${parsed.odd}`);
  if (parsed.options.some((option) => /^--(version|help)$/.test(option.name))) return none;
  const value = (pattern: RegExp) =>
    parsed.options.filter((option) => pattern.test(option.name)).map((option) => option.value);
  const addresses = [...parsed.operands, ...value(/^--url$/).filter((word) => word !== undefined)];
  const local =
    addresses.length > 0 &&
    addresses.every((word) => word.made === undefined && !word.glob && isLocal(word.text));
  const sends = value(
    /^(-d|--data|--data-raw|--json|--data-urlencode|-H|--header|-w|--write-out|-A|-e)$/,
  );
  const file = sends.some(
    (word) => word === undefined || /^@|@/.test(word.text) || word.made === "any",
  );
  const follows = parsed.options.some(
    (option) => option.name === "-L" || option.name === "--location",
  );
  if (!local || file)
    return high(
      "remote",
      `${name} ${addresses.map((word) => word.text).join(" ")} reaches other machines or sends files`,
    );
  return [
    ...medium("reads", `${name} asks a server on this machine${follows ? ", and follows it" : ""}`),
    ...judgePlaces(scene, parsed.writes, "write"),
  ];
}

function isLocal(address: string): boolean {
  return (
    LOCAL.test(/^\w+:\/\//.test(address) ? address : `http://${address}`) &&
    !/[@\\{}[\]]/.test(address.replace("[::1]", "")) &&
    !/^(?!https?:)\w+:\/\//.test(address)
  );
}

const WGET = toSpec(
  "-q -S -O> -T: -t: --spider --quiet --timeout: --tries: --server-response --no-verbose -nv --output-document> --waitretry: --retry-connrefused",
);

const judgeWget: Judge = ({ name, args, scene }) => {
  const parsed = parseArgs(args, WGET);
  const local =
    parsed.odd === undefined &&
    parsed.operands.length > 0 &&
    parsed.operands.every((word) => word.made === undefined && isLocal(word.text));
  return local
    ? [
        ...medium("reads", `${name} asks a server on this machine`),
        ...judgePlaces(
          scene,
          parsed.writes.filter((word) => word.text !== "-"),
          "write",
        ),
      ]
    : high("remote", `${name} reaches other machines`);
};

const onlyThisMachine: Judge = ({ name, args }) =>
  args.some((word) => /^(localhost|127\.0\.0\.1|::1)$/.test(word.text)) &&
  args.every((word) => /^(localhost|127\.0\.0\.1|::1|-[cwWizvn46tlp]+\d*|\d+)$/.test(word.text))
    ? medium("reads", `${name} asks this machine`)
    : high("remote", `${name} reaches other machines`);

const judgeKill: Judge = ({ args }) => {
  const words = args.map((word) => word.text);
  if (/^(-l|-L|--list)$/.test(words[0] ?? "")) return none;
  if (words[0] === "-0" && words.length > 1)
    return medium("process", "kill -0 asks whether a process is there");
  const rest = /^-([A-Z0-9]+|s)$/.test(words[0] ?? "") ? words.slice(1) : words;
  return rest.length > 0 && rest.every((word) => /^%(\d|%|\+)?/.test(word))
    ? medium("process", "kill ends a job of the same command")
    : high("process", `kill ${words.join(" ")} ends processes`);
};

const rsync: Judge = ({ name, args, scene }) => {
  const parsed = parseArgs(
    args,
    toSpec(
      "-a -v -z -r -l -p -t -g -o -D -n -u -c -h -P -q -x -W -H -m --archive --verbose --recursive --dry-run --progress --stats --exclude: --include: --update --checksum --human-readable --links --perms --times --omit-dir-times --ignore-existing --prune-empty-dirs --size-only --info: --itemize-changes -i",
    ),
  );
  const far = parsed.odd !== undefined || parsed.operands.some((word) => word.text.includes(":"));
  if (far)
    return high("remote", `${name} with another machine, or with ${parsed.odd ?? "an address"}`);
  return [
    ...medium("edit", "rsync copies files"),
    ...judgePlaces(scene, parsed.operands.slice(0, -1), "read"),
    ...judgePlaces(scene, parsed.operands.slice(-1), "write"),
  ];
};

const KUBE_LOCAL = bySub(
  {
    config: (call) =>
      /^(current-context|get-contexts|get-clusters|get-users)$/.test(call.args[0]?.text ?? "")
        ? looks(call)
        : remote(call),
    "version kustomize": (call) =>
      call.name.endsWith("version") && call.args.some(({ text }) => /^--client(=true)?$/.test(text))
        ? none
        : call.args.some((word) => /:\/\/|@/.test(word.text))
          ? remote(call)
          : medium("reads", `${call.name} works on files here`),
  },
  remote,
);
const helm = bySub(
  {
    "lint template version create": (call) =>
      call.args.some((word) => /:\/\/|^--repo|^--post-renderer/.test(word.text))
        ? remote(call)
        : runs(call.name, call.args, call.scene),
  },
  remote,
);
const terraform = bySub(
  {
    "fmt validate version graph providers": (call) => runs(call.name, call.args, call.scene),
    "apply destroy import taint untaint state workspace force-unlock": refused(
      "irreversible",
      "changes real infrastructure",
    ),
  },
  remote,
);

const systemctl: Judge = ({ name, args }) => {
  const sub = args.find((word) => !word.text.startsWith("-"))?.text;
  return /^(status|is-active|is-enabled|is-failed|list-units|list-unit-files|list-timers|show|cat|get-default|list)$/.test(
    sub ?? "status",
  ) && !args.some((word) => /^(-H|--host)/.test(word.text))
    ? medium("reads", `${name} looks at services`)
    : high("process", `${name} ${sub} changes services of this machine`);
};

const lists =
  (pattern: RegExp): Judge =>
  ({ name, args }) =>
    pattern.test(args.map((word) => word.text).join(" "))
      ? medium("reads", `${name} lists packages`)
      : high("privilege", `${name} ${args[0]?.text ?? ""} changes this machine`);

export const machine: Table = {
  curl: judgeCurl,
  wget: judgeWget,
  ...each("ping ping6 nc ncat netcat", onlyThisMachine),
  ...each(
    "ssh scp sftp mosh telnet ftp tftp lftp socat dig host nslookup whois traceroute mtr nmap aria2c http https httpie xh websocat wscat grpcurl aws gcloud gsutil bq az doctl linode-cli ibmcloud oci flyctl fly vercel netlify heroku railway render firebase wrangler supabase surge now serverless sls sam cdk cdktf pulumi eksctl kops argocd flux istioctl nomad consul ansible ansible-playbook packer vagrant salt knife chef puppet rclone s3cmd mc restic borg duplicity gh glab hub bb jira linear sentry-cli codecov snyk twine np semantic-release changeset release-it standard-version eas fastlane expo ngrok cloudflared tailscale zerotier-cli wg mail mailx sendmail mutt msmtp swaks irssi weechat slack-cli psql mysql mysqladmin mysqldump mariadb pg_dump pg_dumpall pg_restore createdb dropdb createuser mongo mongosh mongodump mongorestore mongoexport redis-cli cqlsh influx clickhouse-client sqlcmd bcp etcdctl kafka-topics rabbitmqctl nats ldapsearch smbclient mount.nfs ollama huggingface-cli hf kaggle wandb dvc",
    remote,
  ),
  rsync,
  ...each("docker podman nerdctl", docker),
  "docker-compose": (call) =>
    docker({ ...call, name: "docker", args: [{ text: "compose", glob: false }, ...call.args] }),
  ...each("kubectl oc k9s kubectx kubens minikube kind k3d", KUBE_LOCAL),
  helm,
  ...each("terraform tofu terragrunt", terraform),
  kustomize: (call) =>
    call.args.some((word) => /:\/\/|@|^--enable/.test(word.text))
      ? remote(call)
      : runs("kustomize", call.args, call.scene),
  ...each("sqlite3 sqlite", sqlite),
  kill: judgeKill,
  ...each(
    "pkill killall xkill fkill kill-port skill",
    refused("process", "ends processes by name, which may be anybody's"),
  ),
  ...each("systemctl", systemctl),
  service: ({ args }) =>
    args[1]?.text === "status" || args[0]?.text === "--status-all"
      ? medium("reads", "service looks at services")
      : high("process", "service changes services of this machine"),
  ...each(
    "launchctl initctl rc-service update-rc.d chkconfig sv s6-svc supervisorctl pm2 forever loginctl",
    ({ name, args }) =>
      /^(list|ls|status|jlist|logs)$/.test(args[0]?.text ?? "")
        ? medium("reads", `${name} looks at this machine`)
        : high("process", `${name} changes services of this machine`),
  ),
  swarmux: refused("privilege", "decides about teams of agents, which only a person may"),
  journalctl: ({ args }) =>
    args.some((word) => /^--(vacuum|rotate|flush|sync|relinquish|setup)/.test(word.text))
      ? high("irreversible", "journalctl changes the logs of this machine")
      : medium("reads", "journalctl shows logs of this machine"),
  crontab: ({ args }) =>
    args.length === 1 && args[0]?.text === "-l"
      ? medium("reads", "crontab lists jobs")
      : high("process", "crontab changes what runs later"),
  ...each(
    "at batch atrm anacron systemd-run",
    refused("process", "starts something later, when nobody looks"),
  ),
  ...each(
    "shutdown reboot halt poweroff init telinit suspend hibernate pm-suspend",
    refused("process", "ends everything that runs here"),
  ),
  ...each(
    "mkfs mke2fs fdisk sfdisk cfdisk parted gdisk sgdisk wipefs mkswap swapon swapoff losetup cryptsetup lvm lvremove vgremove pvcreate mdadm zpool zfs btrfs fsck e2fsck tune2fs resize2fs hdparm blkdiscard diskutil format badblocks nvme shred srm wipe",
    refused("irreversible", "destroys data on disks"),
  ),
  ...each("mount umount fusermount", ({ name, args }) =>
    name === "mount" && args.length === 0
      ? medium("reads", "mount lists file systems")
      : high("privilege", `${name} changes the file systems of this machine`),
  ),
  ...each(
    "useradd userdel usermod groupadd groupdel groupmod passwd chpasswd adduser deluser chsh chfn visudo vipw gpasswd setcap setfacl chattr chcon setenforce semanage aa-teardown iptables ip6tables nft ufw firewall-cmd modprobe insmod rmmod depmod sysctl update-alternatives dpkg-reconfigure hostnamectl timedatectl localectl alternatives ldconfig grub-install update-grub efibootmgr nmcli ifup ifdown route tc ethtool iwconfig defaults scutil dscl csrutil spctl nvram tccutil",
    refused("privilege", "changes this machine"),
  ),
  ...each("ip ifconfig", ({ name, args }) =>
    args.every((word) =>
      /^(a|addr|address|l|link|r|route|show|-4|-6|-br|-brief|-s|-c|-a|-j|-o|lo|eth\d|en\d)$/.test(
        word.text,
      ),
    )
      ? medium("reads", `${name} looks at this machine`)
      : high("privilege", `${name} changes the network of this machine`),
  ),
  ...each("apt apt-get aptitude", lists(/^(list|show|search|policy|depends|rdepends)\b/)),
  "apt-cache": lists(/^/),
  dpkg: lists(/^(-l|-L|-s|-S|--list|--listfiles|--status|--print-architecture)/),
  "dpkg-query": lists(/^/),
  rpm: lists(/^(-q|--query)/),
  ...each(
    "brew port snap flatpak yum dnf apk pacman zypper emerge nix nix-env nix-shell nix-build guix choco winget scoop xbps-install",
    lists(/^(list|ls|info|search|--version|deps|outdated|-Q|-Ss|-Qi|leaves|config|--prefix)\b/),
  ),
  ...each(
    "gpg gpg2 gpgconf ssh-keygen ssh-add ssh-agent ssh-copy-id keytool certutil security secret-tool pass gopass op bw lpass 1password vault chamber sops age age-keygen keyring kinit klist aws-vault saml2aws doppler infisical dotenvx mkcert certbot step ssh-keyscan git-crypt git-credential-store",
    refused("secret", "works with keys and passwords"),
  ),
  tmux: (call) =>
    /^(ls|list-sessions|lsp|list-panes|lsw|list-windows)$/.test(call.args[0]?.text ?? "") &&
    call.args.every((word) => word.made === undefined && !/^-F|#|;/.test(word.text))
      ? looks(call)
      : high("outside", "tmux reaches other programs of this person"),
  ...each(
    "screen zellij byobu dtach abduco dbus-send gdbus busctl qdbus xdg-open open wslview xdotool ydotool wmctrl xclip xsel pbcopy pbpaste wl-copy wl-paste notify-send osascript wall write mesg logger code cursor subl atom idea charm start explorer",
    refused("outside", "reaches other programs of this person"),
  ),
  ...each(
    "vim vi nvim view vimdiff ex ed emacs emacsclient nano pico micro hx joe ne mg kak gvim rlwrap expect gdb lldb strace ltrace dtrace perf bpftrace rr htop btop ncdu mc ranger nnn lf irb pry ipython bpython ghci iex dc m4 gnuplot octave mathematica sage",
    refused("unanalysable", "runs what can't be seen from here"),
  ),
  jupyter: ({ name, args, scene }) =>
    args[0]?.text === "nbconvert"
      ? runs("jupyter nbconvert", args.slice(1), scene)
      : high("unanalysable", `${name} runs what can't be seen from here`),
  ...each(
    "enable compopt bind complete compgen dirs disown fc history logout mapfile readarray caller alias unalias",
    ({ name, args }) =>
      /^(dirs|disown|alias|caller)$/.test(name) && args.every((word) => !word.text.includes("="))
        ? none
        : high("unanalysable", `${name} ${args[0]?.text ?? ""} changes what later commands mean`),
  ),
};
