import { expect, test } from "vitest";
import { createSecretFilter, holdsMark } from "../../src/risk/hide-secrets.ts";
import { findSecrets } from "../../src/risk/secrets.ts";
import { makeToken, privateKey, SECRETS } from "./secret-samples.ts";

const filter = createSecretFilter([]);

test.each(SECRETS)(
  "R18: %s is found alone, in code, in an assignment and in a page of lines",
  (kind, secret) => {
    const places = [
      secret,
      `const key = "${secret}";`,
      `KEY=${secret}\nnext`,
      `   12\t+ ${secret} # here`,
      `{"a":"${secret}","b":1}`,
    ];
    for (const text of places) {
      const found = findSecrets(text);
      expect(found.map((one) => one.kind)).toEqual([kind]);
      expect(found.map(({ start, end }) => text.slice(start, end))).toEqual([secret]);
      expect(filter.hide(text)).toBe(
        text.replace(
          secret,
          `[hidden by swarmux: ${kind}. A person can see it where it comes from]`,
        ),
      );
    }
  },
);

test.each([
  ["bearer token", `Authorization: Bearer ${makeToken(40)}`],
  ["secret value", `client_secret = "${makeToken(32)}"`],
  ["secret value", `export AWS_SECRET_ACCESS_KEY=${makeToken(40)}`],
  ["secret value", `"apiKey": "${makeToken(32)}"`],
  ["secret value", `password: ${makeToken(24)}`],
  ["password in an address", `postgres://app:${makeToken(20)}@db.example.com/app`],
])("R18: %s: %s", (kind, text) => {
  expect(filter.kindsIn(text)).toEqual([kind]);
  expect(filter.hide(text)).not.toContain(makeToken(16));
});

test.each([
  "const token = await getTokenFromServer1234567(request);",
  "const apiKey = process.env.ANTHROPIC_API_KEY1 ?? options.apiKeyFromSettings2;",
  'token: "a1b2c3d4-e5f6-7890-abcd-ef1234567890"',
  "password: correct-horse-battery-staple-12",
  "secret = path/to/some/other/file2.txt",
  "AKIAIOSFODNN7EXAMPLE",
  "sk-cube-grid-animation-delay-1-and-then-some-more-words-2",
  "The key of the task is https://example.com/a/b/c/d/e/f/g/h/i?page=2",
  "postgres://user:password@localhost/db",
  'if (pem.startsWith("-----BEGIN PRIVATE KEY-----")) return parse(pem, "-----END PRIVATE KEY-----");',
  "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ0Z0c0pTbWtQWk9KcUJ2c1pZc0pvQmF3Q2dZSUtv\n-----END CERTIFICATE-----",
  "commit 3f786850e387550fdab836ed7e6dc881de23001b",
  '"integrity": "sha512-9sfdkjh2349sdfKJH2349sdfkjh2349sdfkjhSDFKJH2349=="',
  "nextToken=undefined; tokens=1234567890123456789012345",
])("lets harmless text be: %s", (text) => {
  expect(filter.hide(text)).toBe(text);
});

test("R18: a private key is hidden as a file, a diff, a numbered page and an escaped string show it", () => {
  const key = privateKey();
  const lines = key.split("\n");
  const forms = [
    `before\n${key}\nafter`,
    `before\n${lines.map((line) => `+${line}`).join("\n")}\nafter`,
    `before\n${lines.map((line, at) => `    ${at}\t${line}`).join("\n")}\nafter`,
    `before "${lines.join("\\n")}" after`,
  ];
  for (const text of forms) {
    const shown = filter.hide(text);
    expect(shown).toMatch(/^before[\s\S]*\[hidden by swarmux: private key\.[^\]]*\][\s\S]*after$/);
    for (const line of lines.slice(1, -1)) expect(shown).not.toContain(line);
  }
  expect(filter.hide(lines.slice(0, 5).join("\n"))).not.toContain(lines[2]);
});

test("a value that is known needs no shape, unless it is so short that it could be a word", () => {
  const known = createSecretFilter(["plain words of a local server", "ollama"]);
  expect(known.hide("key: plain words of a local server, ollama")).toBe(
    "key: [hidden by swarmux: key of this session. A person can see it where it comes from], ollama",
  );
});

test("what was hidden once stays as it is, and can be told from a file's own text", () => {
  const shown = filter.hide(`token=${makeToken(32)} and ghp_${makeToken(36)}`);
  expect(filter.hide(shown)).toBe(shown);
  expect([holdsMark(shown), holdsMark("token=[hidden]")]).toEqual([true, false]);
});

test("R18: a secret that is cut by the pieces of an output is hidden all the same", () => {
  const text = [
    ...SECRETS.map(([, secret]) => `a line with ${secret} in it\n`),
    privateKey(),
    "\nbytes that are no text: \u00ff\u00fe\n",
    `no end: ${makeToken(20)} Bearer ${makeToken(40)}`,
  ].join("");
  const bytes = Buffer.from(text, "latin1");
  for (const size of [1, 7, 64, 1000, bytes.length]) {
    const stream = filter.stream();
    const shown: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      shown.push(stream.push(bytes.subarray(at, at + size)));
    }
    shown.push(stream.end());
    expect(Buffer.concat(shown).toString("latin1")).toBe(filter.hide(text));
  }
});

test("R18: a secret at any place of a line of 200 kB without an end is hidden", () => {
  const secret = `ghp_${makeToken(36)}`;
  for (const before of [60_000, 61_430, 65_520, 65_536, 131_060]) {
    const line = Buffer.from(`${"a ".repeat(before / 2)}${secret}${" b".repeat(40_000)}`);
    const stream = filter.stream();
    const shown: string[] = [];
    for (let at = 0; at < line.length; at += 4096) {
      shown.push(stream.push(line.subarray(at, at + 4096)).toString());
    }
    shown.push(stream.end().toString());
    expect(shown.join("")).toBe(filter.hide(line.toString()));
    expect(shown.join("")).not.toContain(secret);
  }
});

test("no text makes it slow: the work grows with its length alone", () => {
  const pieces = [
    "-----BEGIN PRIVATE KEY-----\n",
    "-----BEGIN ",
    "eyJ",
    "eyJaaaaaaaaaa.",
    "sk-ant-",
    "bearer bearer ",
    "token=token=",
    "password:aaaaaaaaaaaaaaaaaaa",
    "://",
    "://a:",
    "github_pat_",
    "a",
    "-",
    "A1",
  ];
  for (const piece of pieces) {
    // 2 MB in seconds: a shape whose work grows with the square of the text would take hours.
    const text = piece.repeat(Math.ceil(2_000_000 / piece.length));
    expect(findSecrets(text).length).toBeLessThan(text.length);
  }
});
