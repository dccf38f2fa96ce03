/** Programs that create, change, move or delete files that they name, and archives. */
import { type Causes, high, medium, none } from "../assessment.ts";
import { hasOption, parseArgs, toSpec } from "../options.ts";
import { judgePlace, judgePlaces } from "../places.ts";
import { type Call, each, type Judge, odd, type Table } from "../scene.ts";
import { judgeCopy, judgeLink, type Roles } from "./copies.ts";

/** A program that edits with the options in `options`; `roles` says what its operands are. */
export function writer(options: string, roles: Roles): Judge {
  const spec = toSpec(options);
  return ({ name, args, scene }) => {
    const parsed = parseArgs(args, spec);
    if (parsed.odd !== undefined) return odd(name, parsed.odd);
    if (hasOption(parsed, "--version", "--help")) return none;
    return [
      ...judgePlaces(scene, parsed.reads, "read"),
      ...judgePlaces(scene, parsed.writes, "write"),
      ...roles(parsed, scene, name),
    ];
  };
}

export const written: Roles = ({ operands }, scene, name) =>
  operands.length === 0
    ? high("unanalysable", `${name} without a path`)
    : [
        ...medium("edit", `${name} changes files of the checkout`),
        ...judgePlaces(scene, operands, "write"),
      ];

const GENERATED =
  /(^|\/)(node_modules|dist|build|out|target|coverage|__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.next|\.nuxt|\.turbo|\.cache|\.parcel-cache|\.svelte-kit|\.DS_Store|[\w*.-]+\.(pyc|pyo|o|obj|class|tmp|log|bak|orig|rej|swp|tsbuildinfo|map)|[\w*.-]+~)$/;

/** Whether a pattern or name is one that builds leave behind. */
export function isGenerated(name: string): boolean {
  return GENERATED.test(name);
}

const judgeRemoval: Roles = ({ operands }, scene, name) => {
  if (operands.length === 0) return high("unanalysable", `${name} without a path`);
  const wide = operands.find(
    (word) =>
      /^(\.\.?\/*)*$/.test(word.text) ||
      (word.glob && /^(\.\/)*[*?]+(\/|$)/.test(word.text)) ||
      word.made === "path" ||
      (word.glob && /^\.?\.?[*?]/.test(word.text) && !/\.\w/.test(word.text)),
  );
  if (wide !== undefined) {
    return high(
      "irreversible",
      `${name} ${wide.made === undefined ? wide.text : "of what another command lists"} deletes more than named files`,
    );
  }
  const causes = judgePlaces(scene, operands, "write");
  const whole = causes.some((cause) => cause.text === "changes .");
  return [
    ...medium("edit", `${name} deletes files of the checkout`),
    ...causes,
    ...(whole ? high("irreversible", `${name} deletes the whole checkout`) : none),
  ];
};

const MODE = /^([ugoa]*[+=-][rwxX]*(,[ugoa]*[+=-][rwxX]*)*|0?[0-7]{3})$/;

function judgeMode({ name, args, scene }: Call): Causes {
  // `chmod -x file` and `chmod -w file` are modes, not options.
  const mode = args.find((word) => MODE.test(word.text) && word.made === undefined);
  const parsed = parseArgs(
    args.filter((word) => word !== mode),
    toSpec("-v -f -c -R --recursive --verbose --reference@"),
  );
  if (parsed.odd !== undefined) return odd(name, parsed.odd);
  if (mode === undefined) return high("privilege", "chmod with a mode that is not plain");
  const recursive = hasOption(parsed, "-R", "--recursive");
  const whole = recursive && parsed.operands.some((word) => /^\.\/?$/.test(word.text));
  return [
    ...(whole ? high("irreversible", "chmod of the whole checkout") : none),
    ...written(parsed, scene, name),
  ];
}

function judgeDd({ args, scene }: Call): Causes {
  const causes: Causes[] = [medium("edit", "dd writes a file")];
  for (const word of args) {
    const [, key, value] = /^(\w+)=([^]*)$/.exec(word.text) ?? [];
    const path = { ...word, text: value ?? "" };
    if (key === "if") causes.push(judgePlace(scene, path, "read"));
    else if (key === "of") causes.push(judgePlace(scene, path, "write"));
    else if (!/^(bs|count|skip|seek|status|conv|ibs|obs)$/.test(key ?? ""))
      causes.push(odd("dd", word.text));
  }
  return causes.flat();
}

function judgeTar({ name, args, scene }: Call): Causes {
  const [first, ...rest] = args;
  const dashed =
    first !== undefined && /^[a-zA-Z]+$/.test(first.text) && first.made === undefined
      ? [{ ...first, text: `-${first.text}` }, ...rest]
      : args;
  const parsed = parseArgs(
    dashed,
    toSpec(
      "-c -x -t -v -z -j -J -Z -a -p -m -k -h -O -r -u -f: -C: -T@ -X@ --create --extract --list --verbose --gzip --bzip2 --xz --zstd --auto-compress --file: --directory: --exclude: --exclude-vcs --exclude-from@ --strip-components: --no-same-owner --no-same-permissions --keep-old-files --overwrite --wildcards --to-stdout --append --update --sort: --mtime: --owner: --group: --numeric-owner --format: --one-top-level= --no-recursion --null --files-from@ --dereference --get --skip-old-files --preserve-permissions --warning: --totals --version",
    ),
  );
  if (parsed.odd !== undefined) return odd(name, parsed.odd);
  const value = (...names: string[]) =>
    parsed.options
      .filter((option) => names.includes(option.name))
      .flatMap((option) => (option.value === undefined ? [] : [option.value]));
  const archives = value("-f", "--file").filter((word) => word.text !== "-");
  if (archives.some((word) => /:/.test(word.text)))
    return high("remote", "tar with an archive on another machine");
  const lists = hasOption(parsed, "-t", "--list");
  const makes = hasOption(parsed, "-c", "--create", "-r", "-u", "--append", "--update");
  const folders = value("-C", "--directory");
  return [
    ...(lists
      ? none
      : medium("edit", makes ? "tar writes an archive" : "tar unpacks files into the checkout")),
    ...judgePlaces(scene, archives, makes ? "write" : "read"),
    ...judgePlaces(scene, [...parsed.reads, ...(makes ? parsed.operands : [])], "read"),
    ...judgePlaces(scene, folders, makes || lists ? "read" : "write"),
  ];
}

const IMAGES = toSpec(
  "-resize: -quality: -crop: -rotate: -background: -density: -gravity: -extent: -geometry: -thumbnail: -colorspace: -depth: -format: -scale: -blur: -border: -bordercolor: -alpha: -fuzz: -transparent: -strip -trim -flip -flop -negate -monochrome -normalize -auto-orient +repage -append",
);

/** ImageMagick reads \`msl:\`, \`@list\` and \`|command\` in place of a file: names without such marks are files. */
function judgeImages({ name, args, scene }: Call): Causes {
  const parsed = parseArgs(args, IMAGES);
  const bad = parsed.operands.find((word) => !/^[\w./*?-]+$/.test(word.text));
  if (parsed.odd !== undefined || bad !== undefined)
    return odd(name, parsed.odd ?? bad?.text ?? "");
  return [
    ...medium("edit", `${name} writes an image`),
    ...judgePlaces(scene, parsed.operands.slice(0, -1), "read"),
    ...judgePlaces(
      scene,
      name === "mogrify" ? parsed.operands : parsed.operands.slice(-1),
      "write",
    ),
  ];
}

const ZIPPED =
  "-# -k -f -v -q -c -d -l -t -r -n -9 --keep --force --verbose --quiet --stdout --decompress --list --test --best --fast --rm -z -T: -o>";

export const writers: Table = {
  mkdir: writer("-p -v -m: --parents --verbose --mode:", written),
  touch: writer("-a -c -m -d: -t: -r@ --date: --reference@ --no-create", written),
  rmdir: writer("-p -v --parents --ignore-fail-on-non-empty", written),
  unlink: writer("", written),
  ...each(
    "rm trash rimraf del-cli",
    writer(
      "-r -R -f -v -d -I -i -g --recursive --force --verbose --dir --one-file-system --glob --preserve-root",
      judgeRemoval,
    ),
  ),
  cp: writer(
    "-r -R -a -f -n -p -u -v -L -P -d -T -l -t: --recursive --archive --force --no-clobber --verbose --preserve= --update= --no-target-directory --target-directory: --parents --dereference --no-dereference --reflink= -i --backup= -b",
    judgeCopy(false),
  ),
  mv: writer(
    "-f -n -u -v -T -i -b -t: --force --no-clobber --verbose --update= --no-target-directory --target-directory: --backup=",
    judgeCopy(true),
  ),
  ln: writer(
    "-s -f -n -v -r -T --symbolic --force --no-dereference --relative --verbose",
    judgeLink,
  ),
  install: writer("-d -D -v -m: -p --mode: --directory", (parsed, scene, name) =>
    hasOption(parsed, "-d", "--directory")
      ? written(parsed, scene, name)
      : judgeCopy(false)(parsed, scene, name),
  ),
  fallocate: writer("-l: -n -o: --length: --offset:", written),
  tee: writer("-a -i -p --append", ({ operands }, scene) => [
    ...(operands.some(({ text }) => text !== "/dev/null")
      ? medium("edit", "tee writes files")
      : none),
    ...judgePlaces(scene, operands, "write"),
  ]),
  sponge: writer("-a", written),
  ...each("convert magick mogrify", judgeImages),
  ...each("dos2unix unix2dos", writer("-q -k -o --quiet", written)),
  truncate: writer("-s: -c --size: -r@", written),
  split: writer(
    "-l: -b: -n: -d -a: -C: -x -e -# --lines: --bytes: --number: --numeric-suffixes= --suffix-length: --additional-suffix: --verbose",
    ({ operands }, scene) => [
      ...medium("edit", "split writes files"),
      ...judgePlaces(scene, operands.slice(0, 1), "read"),
      ...judgePlaces(scene, operands.slice(1), "write"),
    ],
  ),
  csplit: writer("-f> -n: -s -z -k", ({ operands }, scene) => [
    ...medium("edit", "csplit writes files"),
    ...judgePlaces(scene, operands.slice(0, 1), "read"),
  ]),
  patch: writer(
    "-p: -R -N -f -s -u -l -b -E -i@ --dry-run --forward --reverse --strip: --input@ --verbose --silent --force --merge= --no-backup-if-mismatch -t -F: -d> -o> -r>",
    ({ operands }, scene) => [
      ...medium("edit", "patch changes files of the checkout"),
      ...judgePlaces(scene, operands, "write"),
    ],
  ),
  chmod: judgeMode,
  ...each("chown chgrp", ({ args, scene }) => [
    ...high("privilege", "changes who owns files"),
    ...judgePlaces(scene, args.filter((word) => !word.text.startsWith("-")).slice(1), "write"),
  ]),
  dd: judgeDd,
  ...each("tar gtar bsdtar", judgeTar),
  ...each(
    "gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd lz4 compress uncompress",
    writer(ZIPPED, ({ operands, options }, scene, name) =>
      options.some((option) => /^-[clt]$|^--(stdout|list|test)$/.test(option.name)) ||
      operands.length === 0
        ? judgePlaces(scene, operands, "read")
        : written({ operands, options, reads: [], writes: [] }, scene, name),
    ),
  ),
  unzip: writer("-l -o -n -q -j -v -t -p -Z -u -a -L -d> -x:", ({ operands, options }, scene) => [
    ...(options.some((option) => /^-[lvtpZ]$/.test(option.name))
      ? none
      : medium("edit", "unzip unpacks files into the checkout")),
    ...judgePlaces(scene, operands.slice(0, 1), "read"),
  ]),
  zipinfo: writer("-1 -l -v -h -t", ({ operands }, scene) =>
    judgePlaces(scene, operands.slice(0, 1), "read"),
  ),
  zip: writer("-r -q -j -x: -i: -u -9 -# -y -v -d --exclude: --quiet", ({ operands }, scene) => [
    ...medium("edit", "zip writes an archive"),
    ...judgePlaces(scene, operands.slice(0, 1), "write"),
    ...judgePlaces(scene, operands.slice(1), "read"),
  ]),
  mktemp: ({ args, name }) =>
    args.every((word) => /^(-[dtuq]+|--directory|[\w.-]*X{3,}[\w.-]*|[\w-]+)$/.test(word.text))
      ? medium("edit", "mktemp makes a file in the temporary folder")
      : odd(name, "a folder of its own"),
  mkfifo: writer("-m:", written),
};
