/** Package managers of other languages. What installs from a lockfile or builds is the project's own code. */
import { high } from "../assessment.ts";

import { bySub, each, harmless, type Judge, refused, type Table } from "../scene.ts";
import { targets } from "./build-tools.ts";
import { OUTWARD } from "./js-packages.ts";
import { builds, downloads, looks, publishes, runsInner, unknown } from "./package-judges.ts";

const dotnet = bySub(
  {
    "build test run restore format clean watch pack publish msbuild vstest new sln fsi ef": builds,
    list: looks,
    "add tool workload": downloads,
    nuget: publishes,
    "help --info --list-sdks --list-runtimes": harmless,
  },
  unknown,
);

const bundle = bySub(
  {
    "install check lock clean binstubs outdated show list info": (call) =>
      / (outdated|show|list|info)$/.test(call.name) ? looks(call) : builds(call),
    exec: runsInner,
    "add update config gem inject": downloads,
  },
  (call) => (call.args.length === 0 ? builds(call) : unknown(call)),
);

const composer = bySub(
  {
    "install validate dump-autoload dumpautoload check-platform-reqs run run-script test remove": (
      call,
    ) => (OUTWARD.test(call.args[0]?.text ?? "") ? publishes(call) : builds(call)),
    "show info outdated why depends licenses audit": looks,
    "require update create-project global config self-update": downloads,
  },
  unknown,
);

const RAILS_LOSES = /^db:(drop|reset|purge|schema:load|setup|truncate)|:drop/;
const rails: Judge = (call) =>
  call.args.some((word) => RAILS_LOSES.test(word.text))
    ? high("irreversible", `${call.name} empties a database`)
    : /^(console|c|dbconsole|db|credentials:\w+|runner|r)$/.test(call.args[0]?.text ?? "")
      ? high("unanalysable", `${call.name} ${call.args[0]?.text}`)
      : targets(call);

export const packages: Table = {
  dotnet,
  ...each("bundle bundler", bundle),
  composer,
  ...each("rails bin/rails ./bin/rails", rails),
  gem: bySub(
    {
      "list info search environment env which": looks,
      build: builds,
      "push yank owner signin": publishes,
    },
    downloads,
  ),
  mix: (call) =>
    call.args.some((word) => /^(do|cmd|eval|-e|--eval|-S|--rpc-eval)$/.test(word.text))
      ? high("unanalysable", "mix runs code from its arguments")
      : /^(hex\.publish|hex\.\w+|archive\.install|ecto\.drop|ecto\.reset|local\.\w+|escript\.install|release\.deploy)$/.test(
            call.args[0]?.text ?? "",
          )
        ? publishes(call)
        : builds(call),
  swift: bySub(
    {
      "build test run package": (call) =>
        call.name.endsWith("package") &&
        /^(update|add|init-registry|publish)/.test(call.args[0]?.text ?? "")
          ? downloads(call)
          : builds(call),
    },
    unknown,
  ),
  ...each(
    "dart flutter",
    bySub(
      {
        "test analyze format fix compile build run doc": builds,
        pub: bySub(
          {
            get: builds,
            "deps outdated": looks,
            "add upgrade global": downloads,
            publish: publishes,
          },
          unknown,
        ),
        "doctor devices --version": looks,
      },
      unknown,
    ),
  ),
  ...each(
    "stack cabal",
    bySub(
      {
        "build test run bench haddock clean check exec": (call) =>
          call.name.endsWith("exec") ? runsInner(call) : builds(call),
        "install update": downloads,
        upload: publishes,
      },
      unknown,
    ),
  ),
  deno: bySub(
    {
      "test fmt lint check bench task compile doc info coverage": (call) =>
        call.args.some((word) => /^https?:|^(jsr|npm):/.test(word.text))
          ? downloads(call)
          : builds(call),
      run: (call) =>
        call.args.some((word) => /^(https?|jsr|npm|data|blob):/.test(word.text))
          ? downloads(call)
          : builds(call),
      "install add cache": (call) => (call.args.length === 0 ? builds(call) : downloads(call)),
      "eval repl": refused("unanalysable", "runs code that is no file of the project"),
      "publish deploy": publishes,
    },
    unknown,
  ),
};
