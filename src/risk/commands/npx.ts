/** npx and its kind: known local tools are the project's, any other name may be downloaded and run. */
import { high, none } from "../assessment.ts";
import { bindConfigs } from "../bindings.ts";
import { parseArgs, toSpec } from "../options.ts";
import { type Judge, odd } from "../scene.ts";
import { isTool } from "./project.ts";

const NPX = toSpec(
  "--no --no-install -y --yes -q --quiet --offline --prefer-offline --bun --silent -s -r --recursive --parallel +",
);

/** Known local tools are the project's; any other name may be downloaded and run. */
export const judgeNpx: Judge = ({ name, args, scene }) => {
  const parsed = parseArgs(args, NPX);
  const first = parsed.operands[0]?.text === "--" ? 1 : 0;
  const [tool, ...words] = parsed.operands.slice(first);
  if (parsed.odd !== undefined || tool === undefined) return odd(name, parsed.odd ?? "no program");
  scene.alias([tool, ...words]);
  const known = /^[a-z][\w-]*$/.test(tool.text) && tool.made === undefined;
  if (known) bindConfigs(tool.text, scene);
  const inner = known ? scene.run([tool, ...words]) : none;
  const isLocal =
    known &&
    (isTool(tool.text) ||
      LOCAL_RUNNERS.has(tool.text) ||
      inner.some((cause) => cause.kind === "project-code"));
  if (!isLocal) {
    return [...high("downloaded", `${name} ${tool.text} may download and run a package`), ...inner];
  }
  const version = words.length === 1 && /^(-v|--version)$/.test(words[0]?.text ?? "");
  return version ? none : inner;
};

const LOCAL_RUNNERS = new Set(
  "tsx ts-node cross-env cross-env-shell dotenv dotenv-cli env-cmd patch-package rimraf mkdirp cpy shx sort-package-json zx".split(
    " ",
  ),
);
