/** The risk of one program with its arguments, from the tables of what is known; a program in no table is HIGH. */
import { type Assessment, high, low } from "./assessment.ts";
import { assessEditor } from "./edits.ts";
import { assessGit } from "./git-commands.ts";
import type { Standing } from "./places.ts";
import { assessProject, type ProjectScripts } from "./project-commands.ts";
import { assessReader } from "./reads.ts";
import type { Literal } from "./words.ts";

export interface Call {
  readonly name: string;
  readonly argv: readonly Literal[];
  readonly standing: Standing & ProjectScripts;
}

export function assessProgram(call: Call): Assessment {
  const { name, argv, standing } = call;
  const wrapped = unwrap(call);
  if (wrapped !== undefined) return "risk" in wrapped ? wrapped : assessProgram(wrapped);
  if (name === "echo" || name === ":") return low;
  if (name === "printf") return assessPrintf(argv);
  if (name === "git") return assessGit(argv, standing);
  return (
    assessReader(name, argv, standing) ??
    assessEditor(name, argv, standing) ??
    assessProject(name, argv, standing) ??
    high(whyHigh(name))
  );
}

const KNOWN_HIGH: readonly (readonly [RegExp, string])[] = [
  [/^(sudo|su|doas|pkexec|setpriv|chroot)$/, "takes on other rights"],
  [
    /^(curl|wget|ssh|scp|sftp|rsync|nc|ncat|netcat|telnet|ftp|ping|dig|host|nslookup|gh|glab|hub|aws|gcloud|az|kubectl|helm|terraform|docker|podman|vercel|netlify|heroku|brew|apt|apt-get|yum|dnf|apk|gem|composer)$/,
    "reaches other machines",
  ],
  [
    /^(eval|source|\.|exec|trap|env|xargs|nohup|parallel|watch|script|setsid)$/,
    "starts what can't be seen from here",
  ],
  [
    /^(kill|pkill|killall|reboot|shutdown|systemctl|service|crontab|at)$/,
    "acts on other processes",
  ],
  [
    /^(dd|mkfs.*|mount|umount|chown|chgrp|ln|truncate|shred|useradd|passwd)$/,
    "may change more than the checkout",
  ],
  [/^(tmux|screen|dbus-send|xdg-open|open)$/, "reaches other programs of this person"],
];

function whyHigh(name: string): string {
  const known = KNOWN_HIGH.find(([names]) => names.test(name));
  return known === undefined ? `runs a program that is not known: ${name}` : `${name} ${known[1]}`;
}

/** `timeout 60 npm test` is as risky as what it starts. */
function unwrap({ name, argv, standing }: Call): Call | Assessment | undefined {
  if (name === "command" && /^-[vV]$/.test(argv[0]?.text ?? "")) return low;
  if (name !== "timeout") return undefined;
  const rest = /^-k(\d+[smh]?)$|^--foreground$/.test(argv[0]?.text ?? "") ? argv.slice(1) : argv;
  const [limit, program, ...words] = rest;
  const plain =
    program !== undefined && !program.glob && /^\d+(\.\d+)?[smhd]?$/.test(limit?.text ?? "");
  return plain
    ? { name: program.text, argv: words, standing }
    : high("timeout in a form that is not known");
}

/** `-v` and `%n` set variables. */
function assessPrintf(argv: readonly Literal[]): Assessment {
  const format = argv[0];
  if (format === undefined || format.glob || format.text.startsWith("-"))
    return high("printf with an option");
  return /%[^%a-zA-Z]*[hlLjtz]*n/.test(format.text) ? high("printf with %n") : low;
}
