/** pip, uv, poetry and their kind: what the project itself names is installed, nothing else. */
import { type Causes, high, medium, none } from "../assessment.ts";
import { parseArgs, toSpec } from "../options.ts";
import { judgePlaces } from "../places.ts";
import { bySub, type Call, each, harmless, type Judge, type Table } from "../scene.ts";
import { builds, downloads, looks, publishes, runsInner, unknown } from "./package-judges.ts";

const INDEX =
  /^(-i|--index|--index-url|--extra-index-url|--default-index|--trusted-host|--find-links|-f|--proxy|--target|-t|--root|--prefix|--user|--config-settings|--python|--break-system-packages)(=|$)/;

function judgePipInstall({ name, args, scene }: Call): Causes {
  const bad = args.find((word) => INDEX.test(word.text));
  if (bad !== undefined) return high("downloaded", `${name} with ${bad.text}`);
  const parsed = parseArgs(
    args,
    toSpec(
      "-r@ -c@ -e@ -U -q -v --requirement@ --constraint@ --editable@ --upgrade --quiet --no-deps --no-cache-dir --disable-pip-version-check --no-input --no-build-isolation --require-hashes --dry-run --system --all-extras --progress-bar: --prefer-binary --group: --extra:",
    ),
  );
  if (parsed.odd !== undefined) return high("downloaded", `${name} with ${parsed.odd}`);
  const named = parsed.operands.find((word) => !/^\.(\/[\w./-]*)?(\[[\w,-]+\])?$/.test(word.text));
  const address = parsed.reads.find((word) => /:\/\/|\+/.test(word.text));
  if (
    named !== undefined ||
    address !== undefined ||
    parsed.reads.length + parsed.operands.length === 0
  ) {
    return high(
      "downloaded",
      `${name} ${(named ?? address)?.text ?? ""} downloads code that is not pinned`,
    );
  }
  const files = [...parsed.reads, ...parsed.operands].map((word) => ({
    ...word,
    text: word.text.replace(/\[.*\]$/, ""),
  }));
  return [
    ...medium("project-code", "installs what the project's own files name"),
    ...medium("registry", "asks the package index for it"),
    ...judgePlaces(scene, files, "read"),
  ];
}

const pip = bySub(
  {
    install: judgePipInstall,
    "list show freeze check help inspect debug": (call) =>
      call.args.some((word) => /^(-o|--outdated|--index.*)$/.test(word.text)) ? looks(call) : none,
    uninstall: (call) =>
      call.args.some((word) =>
        /^--(break-system-packages|python|root|prefix|target)/.test(word.text),
      )
        ? high("outside", "pip uninstall changes the Python of this machine")
        : builds(call),
    wheel: builds,
    "index search": looks,
    "download config cache": downloads,
  },
  unknown,
);

const uv = bySub(
  {
    "sync lock venv build tree export": builds,
    run: runsInner,
    pip: (call) => pip({ ...call, name: "uv pip" }),
    "version help": harmless,
    "remove init": builds,
    python: (call) =>
      /^(list|find|dir)$/.test(call.args[0]?.text ?? "") ? looks(call) : downloads(call),
    "add self": downloads,
    tool: (call) =>
      /^(list|dir)$/.test(call.args[0]?.text ?? "")
        ? looks(call)
        : call.args[0]?.text === "run"
          ? runsKnownTool({ ...call, args: call.args.slice(1) })
          : downloads(call),
    publish: publishes,
  },
  unknown,
);

/** `uvx ruff`: a tool that every project of its language knows; all others may be anybody's. */
const runsKnownTool: Judge = ({ name, args, scene }) => {
  const known =
    /^(ruff|black|mypy|pytest|isort|flake8|pylint|pyright|codespell|pre-commit|tox|nox)$/;
  return known.test(args[0]?.text ?? "")
    ? scene.run(args)
    : high("downloaded", `${name} ${args[0]?.text ?? ""} may download and run a package`);
};

const poetry = bySub(
  {
    "install build check lock remove init version": builds,
    run: runsInner,
    "show env about list help": looks,
    publish: publishes,
    "add update self source config": downloads,
  },
  unknown,
);

const pipenv = bySub(
  {
    run: runsInner,
    "install sync lock check": (call) =>
      call.args.some((word) => !word.text.startsWith("-")) ? downloads(call) : builds(call),
    "graph --venv": looks,
  },
  unknown,
);

export const pythonPackages: Table = {
  ...each("pip pip3", pip),
  uv,
  ...each("uvx pipx", runsKnownTool),
  poetry,
  ...each(
    "pdm rye hatch",
    bySub(
      {
        "install sync lock build test fmt lint": builds,
        run: runsInner,
        "list show info": looks,
        publish: publishes,
      },
      unknown,
    ),
  ),
  pipenv,
  ...each(
    "conda mamba micromamba",
    bySub(
      {
        "list info": looks,
        env: (call) => (call.args[0]?.text === "list" ? looks(call) : downloads(call)),
        run: runsInner,
      },
      downloads,
    ),
  ),
};
