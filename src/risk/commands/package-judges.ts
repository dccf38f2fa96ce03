/** Judges that package managers and build tools of every language share. */
import { high, medium } from "../assessment.ts";
import { type Judge, refused } from "../scene.ts";
import { runs, runsFile } from "./project.ts";

export const builds: Judge = ({ name, args, scene }) => runs(name, args, scene);
export const downloads = refused(
  "downloaded",
  "downloads code that is not pinned, or changes this machine",
);
export const publishes = refused("remote", "acts on a registry or another machine");
export const unknown: Judge = ({ name, args }) =>
  high(
    "unknown-program",
    `${name} ${args[0]?.text ?? ""} changes this machine or a registry, or is not known`,
  );
/** A name that is made when it runs can carry anything to the registry. */
export const looks: Judge = ({ name, args }) =>
  args.some((word) => word.made !== undefined)
    ? high("remote", `${name} asks for something that is known only when it runs`)
    : medium("reads", `${name} looks at packages`);

/** Like `builds`, but for options that bring a program or a setting of their own. */
export function buildsBut(refusal: RegExp): Judge {
  return (call) => {
    const end = call.args.findIndex((word) => word.text === "--");
    const own = end < 0 ? call.args : call.args.slice(0, end);
    const bad = own.find((word) => refusal.test(word.text));
    return bad === undefined ? builds(call) : high("unanalysable", `${call.name} with ${bad.text}`);
  };
}

export const runsInner: Judge = ({ name, args, scene }) => {
  const [first] = args;
  if (/^(-m|--module)$/.test(first?.text ?? "") && args.length > 1)
    return scene.run([
      { text: "python3", glob: false },
      { text: "-m", glob: false },
      ...args.slice(1),
    ]);
  const at = args.findIndex((word) => !word.text.startsWith("-"));
  const options = args.slice(0, Math.max(at, 0));
  const bad = options.find(
    (word) =>
      !/^(-q|-v|-s|--(frozen|locked|quiet|no-sync|all-extras|dev|no-dev|isolated|group=.*|extra=.*|silent|offline|verbose|no-project|active|exact))$/.test(
        word.text,
      ),
  );
  if (at < 0 || bad !== undefined)
    return high("unanalysable", `${name} ${bad?.text ?? ""} without a program that is known`);
  const inner = args.slice(at);
  scene.alias(inner);
  const [file, ...rest] = inner;
  if (file?.text.endsWith(".py") === true) return runsFile(name, file, { args: rest, scene });
  return [
    ...medium("project-code", `${name} runs in the project's environment`),
    ...scene.run(inner),
  ];
};
