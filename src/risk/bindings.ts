/** Files that decide what a program does though no word names them: manifests, configurations that run code, modules. */
import { relative } from "node:path";
import { join } from "node:path/posix";
import type { Scene } from "./scene.ts";

const NODE =
  "package.json package-lock.json npm-shrinkwrap.json pnpm-lock.yaml pnpm-workspace.yaml yarn.lock bun.lock bunfig.toml .npmrc .yarnrc .yarnrc.yml .pnpmfile.cjs";
const PYTHON =
  "pyproject.toml setup.py setup.cfg tox.ini noxfile.py pytest.ini conftest.py tests/conftest.py requirements.txt poetry.lock uv.lock Pipfile";
const JVM =
  "pom.xml build.gradle build.gradle.kts settings.gradle settings.gradle.kts gradle.properties gradle/wrapper/gradle-wrapper.properties build.xml build.sbt";

const MANIFESTS: Readonly<Record<string, string>> = {
  ...same("npm npx pnpm pnpx yarn bun bunx node nodejs tsx ts-node nodemon nx turbo lerna", NODE),
  ...same("make gmake", "Makefile makefile GNUmakefile"),
  ...same("pip pip3 uv uvx poetry pipenv pdm hatch pytest tox nox coverage", PYTHON),
  ...same("mvn gradle ant sbt ./mvnw ./gradlew mvnw gradlew", JVM),
  ...same("cargo", "Cargo.toml Cargo.lock build.rs .cargo/config.toml"),
  ...same("go", "go.mod go.sum go.work"),
  ...same("bundle rake rails bin/rails ./bin/rails rspec", "Gemfile Gemfile.lock Rakefile"),
  ...same("composer", "composer.json composer.lock"),
  ...same("deno", "deno.json deno.jsonc package.json"),
  ...same("just", "justfile Justfile .justfile"),
  ...same("task", "Taskfile.yml Taskfile.yaml"),
  ...same("cmake ctest", "CMakeLists.txt CMakePresets.json"),
  ...same("ninja", "build.ninja build/build.ninja"),
  ...same("meson", "meson.build"),
  ...same(
    "docker docker-compose podman",
    "Dockerfile compose.yaml compose.yml docker-compose.yml docker-compose.yaml docker-compose.override.yml",
  ),
  ...same("terraform tofu", "main.tf variables.tf terraform.tfvars"),
  ...same("dotnet", "Directory.Build.props Directory.Build.targets global.json"),
  ...same("mix", "mix.exs"),
  ...same("vercel", "vercel.json package.json"),
  ...same("wrangler", "wrangler.toml wrangler.json package.json"),
  ...same("fly flyctl", "fly.toml"),
  ...same("vite", "package.json"),
};

function same(names: string, files: string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, files]));
}

/** Counts these as files that the command runs, whether they are there or not. Only their paths are spelled, nothing is looked up. */
export function bind(scene: Scene, names: readonly string[]): void {
  for (const folder of scene.folders) {
    const at = relative(scene.root, folder);
    for (const name of names)
      scene.uses.push({ path: name.startsWith("/") ? name : join(at, name), access: "run" });
  }
}

/** What the package managers and builders of a folder take their orders from. */
export function bindManifests(name: string, scene: Scene): void {
  const files = MANIFESTS[name];
  if (files !== undefined) bind(scene, files.split(" "));
}

const ENDINGS = ["js", "cjs", "mjs", "ts", "mts", "cts", "json"];

/** A tool's own configuration by the names that all of them share: `x.config.ts`, `.xrc.json`. */
export function bindConfigs(name: string, scene: Scene): void {
  const bases = name === "vitest" ? ["vitest", "vitest.workspace", "vite"] : [name];
  bind(scene, [
    ...bases.flatMap((base) => ENDINGS.map((ending) => `${base}.config.${ending}`)),
    ...["", ".js", ".cjs", ".mjs", ".json", ".yaml", ".yml"].map((ending) => `.${name}rc${ending}`),
    "package.json",
    `node_modules/.bin/${name}`,
  ]);
}

/** `node ./tool` may mean `tool.js` or what the folder's package.json names. */
export function bindModule(file: string, scene: Scene): void {
  bind(scene, [
    file,
    ...ENDINGS.map((ending) => `${file}.${ending}`),
    `${file}/package.json`,
    ...["js", "cjs", "mjs", "ts"].map((ending) => `${file}/index.${ending}`),
  ]);
}

/** `python -m a.b` runs `a/__init__.py`, then `a/b.py` or `a/b/__main__.py`. */
export function bindPythonModule(module: string, scene: Scene): void {
  const parts = module.split(".");
  const path = parts.join("/");
  const files = [
    ...parts.map((_, at) => `${parts.slice(0, at + 1).join("/")}/__init__.py`),
    `${path}.py`,
    `${path}/__main__.py`,
  ];
  bind(scene, [...files, ...files.map((file) => `src/${file}`)]);
}
