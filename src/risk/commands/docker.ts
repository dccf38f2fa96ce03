/** Containers of this machine: what only looks at them is MEDIUM. */
import { high, medium, none } from "../assessment.ts";
import { bySub, type Judge, refused } from "../scene.ts";

export const looks: Judge = ({ name }) => medium("reads", `${name} looks at this machine`);
const touches = refused("outside", "changes containers of this machine");

/** Fields of a container that hold no settings; all of them together show its environment. */
const SHOWN =
  /^(-f|--format=|-f=)?'?\{\{ ?(json )?\.(State|NetworkSettings|Name|Id|Image|Created|RestartCount|RepoTags|Size)[\w.]* ?\}\}$/;

export const docker = bySub(
  {
    "ps images version info logs top stats port history df ls": looks,
    "image container volume network context builder buildx system": (call) =>
      /^(ls|list|ps|df|show|version)$/.test(call.args[0]?.text ?? "")
        ? looks(call)
        : high(
            "outside",
            `${call.name} ${call.args[0]?.text ?? ""} changes containers of this machine`,
          ),
    compose: (call) => {
      const sub = call.args.find((word) => !word.text.startsWith("-"))?.text ?? "";
      if (sub === "version") return none;
      if (/^(ps|logs|images|config|ls|top|port)$/.test(sub)) return looks(call);
      return high(
        sub === "push" || sub === "pull" ? "remote" : "outside",
        `${call.name} ${sub} changes containers of this machine`,
      );
    },
    inspect: (call) =>
      call.args.some((word) => SHOWN.test(word.text)) ? looks(call) : touches(call),
    "login logout push": refused("remote", "acts on a registry"),
    "pull run build create": refused("downloaded", "downloads and runs images"),
  },
  touches,
);
