/** make, cargo, go, the JVM's tools and other builders: their targets are the project's own code. */
import { type Causes, high, none } from "../assessment.ts";
import { bindManifests } from "../bindings.ts";
import { parseArgs, toSpec } from "../options.ts";
import { judgePlaces } from "../places.ts";
import { bySub, type Call, each, harmless, type Judge, type Table } from "../scene.ts";
import { enterFolder } from "./git-folders.ts";
import { OUTWARD } from "./js-packages.ts";
import { builds, buildsBut, downloads, looks, publishes, unknown } from "./package-judges.ts";
import { runs, runsFile } from "./project.ts";

const CARGO_ODD = /^(--config|-Z|--target-dir=?\/|--manifest-path=?\/|--registry|--index|--git)/;
const cargoBuilds = buildsBut(CARGO_ODD);
const cargoSub = bySub(
  {
    "test t build b check c clippy fmt run r bench doc d nextest clean fix rustc rustdoc expand llvm-cov tarpaulin miri fuzz xtask insta audit deny machete udeps hack msrv outdated semver-checks criterion flamegraph asm bloat geiger sort make mutants new init remove rm update generate-lockfile fetch vendor package leptos wasi component":
      cargoBuilds,
    "tree metadata pkgid locate-project verify-project read-manifest version help search info":
      looks,
    "add install uninstall": downloads,
    "publish yank owner login logout": publishes,
    watch: (call) =>
      call.args.some((word) => /^(-s|--shell)/.test(word.text))
        ? high("unanalysable", "cargo watch runs a shell")
        : cargoBuilds(call),
  },
  unknown,
);
const cargo: Judge = (call) =>
  /^\+[\w.-]+$/.test(call.args[0]?.text ?? "")
    ? cargoSub({ ...call, args: call.args.slice(1) })
    : /^(-q|-v|--(quiet|locked|offline|frozen|verbose|list|version))$/.test(
          call.args[0]?.text ?? "",
        ) && call.args.length > 1
      ? cargoSub({ ...call, args: call.args.slice(1) })
      : call.args[0]?.text === "--list"
        ? none
        : cargoSub(call);

const goBuilds = buildsBut(
  /^--?(exec|toolexec|vettool|overlay|modfile|compiler|gccgoflags|C|extld|pkgdir)(=|$)|^--?ldflags=?.*extld/,
);
const goMod = bySub(
  { "tidy download verify init vendor edit": builds, "graph why": looks },
  unknown,
);
const go = bySub(
  {
    "test build vet fmt generate tool work fix": goBuilds,
    run: (call) =>
      call.args.some((word) => /^[\w.-]+\.[a-z]+\/.*@|@(latest|v\d)/.test(word.text))
        ? downloads(call)
        : goBuilds(call),
    list: (call) =>
      call.args.some((word) => /^-(m|u)$/.test(word.text)) ? looks(call) : goBuilds(call),
    "version help doc": harmless,
    env: (call) =>
      call.args.some((word) => /^-[wu]$/.test(word.text))
        ? downloads(call)
        : call.args.length > 0 && call.args.every((word) => /^GO[A-Z0-9]+$/.test(word.text))
          ? none
          : looks(call),
    clean: (call) =>
      call.args.some((word) => word.text.endsWith("cache"))
        ? high("outside", "go clean empties the caches of this machine")
        : builds(call),
    mod: goMod,
    "get install": downloads,
  },
  unknown,
);

const MAKE = toSpec(
  "-s -k -B -j= -n -i -q -t -w -C: -l= -O= --silent --keep-going --always-make --dry-run --just-print --question --jobs= --no-print-directory --print-directory --directory: --output-sync= --trace -d --debug= -r -R --no-builtin-rules -p --print-data-base --warn-undefined-variables -f: --file: --makefile: -v --version -h --help",
);

function judgeMake({ name, args, scene }: Call): Causes {
  const parsed = parseArgs(args, MAKE);
  if (parsed.odd !== undefined) return high("unanalysable", `${name} with ${parsed.odd}`);
  let there = scene;
  const causes: Causes[] = [];
  for (const { name: option, value } of parsed.options) {
    if (option === "-C" || option === "--directory") {
      const entered = enterFolder(there, value);
      if (typeof entered === "string") return high("outside", `${name} in ${entered}`);
      there = { ...there, folders: entered };
      bindManifests(name, there);
    }
    if (/^(-f|--file|--makefile)$/.test(option) && value !== undefined)
      causes.push(runsFile(name, value, { args: [], scene: there }));
  }
  const bad = parsed.operands.find(
    (word) =>
      OUTWARD.test(word.text) ||
      /^(SHELL|MAKE\w*|\.SHELLFLAGS|CC|CXX|LD|AR|PATH|HOME|DESTDIR|PREFIX|prefix)[:+?]*=/.test(
        word.text,
      ) ||
      (/=/.test(word.text) && /[$`|;&]/.test(word.text)),
  );
  if (bad !== undefined) return high("outside", `${name} ${bad.text} may act outside the checkout`);
  return [
    ...causes.flat(),
    ...runs([name, ...parsed.operands.map((word) => word.text)].join(" "), parsed.operands, there),
  ];
}

/** A task runner: its targets are the project's own code, unless one reaches outside by its name. */
export const targets: Judge = ({ name, args, scene }) => {
  const bad = args.find(
    (word) =>
      !word.text.startsWith("-") &&
      (OUTWARD.test(word.text) || /^(exec|nuget|login)\b/.test(word.text)),
  );
  const init = args.find((word) =>
    /^(-I|--init-script|-b=?\/|--settings|-gs|--global-settings|-s$|--justfile=?\/|--set-shell|--shell)/.test(
      word.text,
    ),
  );
  if (bad !== undefined)
    return high("remote", `${name} ${bad.text} acts outside the checkout by its name`);
  return init === undefined
    ? runs(name, args, scene)
    : high("unanalysable", `${name} with ${init.text}`);
};

/** `mvn install` and `gradle install` only fill the local repository. */
const jvm: Judge = (call) => {
  const outward = call.args.find(
    (word) =>
      /(^|:)(deploy|publish(?!ToMavenLocal)\w*|upload\w*|release(:.*)?|closeAnd\w*|nexus\w*|bintray\w*|scm:.*|site-deploy|jib|bootBuildImage)$|^exec:exec$|^-Dexec\.(executable|args)/i.test(
        word.text,
      ) || /^(release|scm|wagon|docker|jib|antrun):/.test(word.text),
  );
  if (outward !== undefined)
    return high("remote", `${call.name} ${outward.text} acts outside the checkout by its name`);
  const init = call.args.find((word) =>
    /^(-I|--init-script|-s|--settings|-gs|--global-settings|-f\/)$/.test(word.text),
  );
  return init === undefined
    ? runs(call.name, call.args, call.scene)
    : high("unanalysable", `${call.name} with ${init.text}`);
};

export const buildTools: Table = {
  cargo,
  go,
  ...each("make gmake", judgeMake),
  ...each(
    "just task rake invoke inv doit mage grunt gulp jake poe scons waf earthly bazel bazelisk buck2 pants",
    (call) =>
      /^(bazel|bazelisk|buck2|pants)$/.test(call.name) &&
      /^(run)$/.test(call.args[0]?.text ?? "") &&
      call.args.some((word) => /push|deploy|publish|release/i.test(word.text))
        ? publishes(call)
        : targets({
            ...call,
            args: call.args.filter((word) => !/^-?\/\/[\w./:-]*$/.test(word.text)),
          }),
  ),
  ...each("mvn mvnd gradle ant sbt lein mill", jvm),
  ...each("./mvnw ./gradlew mvnw gradlew ./sbt ./mill", (call) => [
    ...jvm(call),
    ...judgePlaces(
      call.scene,
      call.name.includes("/") ? [{ text: call.name, glob: false }] : [],
      "read",
    ),
  ]),
  cmake: (call) =>
    call.args.some((word) => /^(-E|-P|--install|--open|--workflow)$/.test(word.text))
      ? /^(-E)$/.test(call.args[0]?.text ?? "") &&
        /^(capabilities|echo|environment)$/.test(call.args[1]?.text ?? "")
        ? looks(call)
        : high("unanalysable", `cmake ${call.args[0]?.text} runs commands or installs`)
      : call.args.some((word) => /^(install|--target=install)$/.test(word.text))
        ? high("outside", "cmake installs on this machine")
        : builds(call),
  ...each("ninja meson", (call) =>
    call.args.some((word) => /install|^--internal/.test(word.text))
      ? high("outside", `${call.name} installs on this machine`)
      : builds(call),
  ),
  zig: bySub(
    { "build test run fmt ast-check build-exe build-lib": builds, "version env zen": harmless },
    unknown,
  ),
  nim: bySub({ "c cpp js check r": builds }, unknown),
  rustup: bySub(
    {
      "show which": looks,
      "toolchain target component": (call) =>
        call.args[0]?.text === "list" ? looks(call) : downloads(call),
    },
    downloads,
  ),
};
