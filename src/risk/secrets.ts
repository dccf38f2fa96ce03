/**
 * Where a text holds a key, a token or a password, told by its shape alone. Precise rather than complete: what is found is
 * hidden from models and stopped at the merge, so a false alarm costs somebody a question. Takes time linear in the text.
 */

export interface Secret {
  /** In words for a person: `GitHub token`. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

interface Shape {
  readonly kind: string;
  /**
   * Global, with a first group where only a part of the match is the secret. It begins at a fixed text or behind one that
   * can't be part of a token, so that no stretch of text is gone through more than a few times.
   */
  readonly pattern: RegExp;
  /** Whether a match counts, for shapes that also fit harmless text. */
  readonly holds?: (secret: string) => boolean;
}

const SHAPES: readonly Shape[] = [
  { kind: "Anthropic key", pattern: /(?<![\w-])sk-ant-[\w-]{20,}/g },
  { kind: "OpenAI key", pattern: /(?<![\w-])sk-(?:proj|svcacct|admin|or-v1)-[\w-]{32,}/g },
  { kind: "OpenAI key", pattern: /(?<![\w-])sk-[A-Za-z0-9]{40,}(?![\w-])/g, holds: isMixed },
  { kind: "GitHub token", pattern: /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{36,}/g },
  { kind: "GitHub token", pattern: /(?<![A-Za-z0-9])github_pat_\w{50,}/g },
  { kind: "GitLab token", pattern: /(?<![\w-])glpat-[\w-]{20,}/g },
  {
    kind: "AWS key",
    pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
    holds: (key) => !key.endsWith("EXAMPLE"),
  },
  { kind: "Google key", pattern: /(?<![\w-])AIza[\w-]{35}(?![\w-])/g },
  { kind: "Google token", pattern: /(?<![\w-])(?:ya29\.|GOCSPX-)[\w-]{20,}/g },
  {
    kind: "Slack token",
    pattern: /(?<![\w-])(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,}/g,
    holds: isMixed,
  },
  {
    kind: "Slack address",
    pattern: /hooks\.slack\.com\/services\/(T\w{6,20}\/B\w{6,20}\/\w{16,})/g,
  },
  { kind: "Stripe key", pattern: /(?<![A-Za-z0-9])[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g },
  { kind: "Stripe key", pattern: /(?<![A-Za-z0-9])whsec_[A-Za-z0-9+/]{24,}/g },
  { kind: "npm token", pattern: /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/g },
  { kind: "PyPI token", pattern: /(?<![\w-])pypi-AgEI[\w-]{50,}/g },
  { kind: "Hugging Face token", pattern: /(?<![A-Za-z0-9])hf_[A-Za-z0-9]{34}(?![A-Za-z0-9])/g },
  {
    kind: "signed token",
    pattern: /(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g,
  },
  {
    kind: "bearer token",
    pattern: /\bbearer[ \t]{1,4}([\w.~+/-]{24,}={0,2})/gi,
    holds: isRandom,
  },
  {
    kind: "password in an address",
    pattern: /:\/\/[\w.%+-]{0,64}:([^\s:/@"'`]{8,200})@/g,
    holds: isRandom,
  },
  {
    kind: "secret value",
    pattern:
      /(?:secret|token|passw(?:or)?d|(?:api|access|private|auth|signing|encryption)[_-]?key)["'`]?[ \t]{0,4}(?::|=>?|:=)[ \t]{0,4}["'`]?([\w+/.~-]{20,200}={0,2})(?![\w+/.~=(-])/gi,
    holds: isRandom,
  },
];

/** A cheap look that every shape needs: most text has none of it. */
const HINT =
  /sk-|gh[pousr]_|github_pat_|glpat-|AKIA|ASIA|AIza|ya29\.|GOCSPX-|xox|xapp-|slack\.com|[rs]k_|whsec_|npm_|pypi-|hf_|eyJ|bearer|:\/\/|secret|token|passw|key/i;

const BEGIN = "-----BEGIN ";
const PRIVATE = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
/** What stands inside of a key: base64 with headers, also as a diff, a numbered page or an escaped string shows it. */
const BODY = /(?:[A-Za-z0-9+/=\s\\:,.|>"']|-(?!-)){0,20000}/y;
const END = /-----END [A-Z0-9 ]{0,60}-----/y;
/** A line of a key; no prose has such a word. */
const KEY_LINE = /[A-Za-z0-9+/=]{40}/;

/** In the order of the text, without overlaps. `known` are values that need no shape to be told. */
export function findSecrets(text: string, known: readonly string[] = []): Secret[] {
  const found = [...known.flatMap((value) => findValue(text, value)), ...findKeyBlocks(text)];
  if (HINT.test(text)) for (const shape of SHAPES) found.push(...findShape(text, shape));
  const apart: Secret[] = [];
  for (const secret of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = apart.at(-1);
    if (last === undefined || secret.start >= last.end) apart.push(secret);
    else if (secret.end > last.end) apart[apart.length - 1] = { ...last, end: secret.end };
  }
  return apart;
}

function findValue(text: string, value: string): Secret[] {
  const found: Secret[] = [];
  let start = text.indexOf(value);
  while (start >= 0) {
    found.push({ kind: "key of this session", start, end: start + value.length });
    start = text.indexOf(value, start + value.length);
  }
  return found;
}

function findShape(text: string, { kind, pattern, holds }: Shape): Secret[] {
  const found: Secret[] = [];
  for (const match of text.matchAll(pattern)) {
    const secret = match[1] ?? match[0];
    if (holds !== undefined && !holds(secret)) continue;
    const start = match.index + match[0].lastIndexOf(secret);
    found.push({ kind, start, end: start + secret.length });
  }
  return found;
}

/** A key block without an end counts too: the rest of it may come later. */
function findKeyBlocks(text: string): Secret[] {
  const found: Secret[] = [];
  let at = text.indexOf(BEGIN);
  while (at >= 0) {
    const body = after(PRIVATE, text, at);
    let next = at + BEGIN.length;
    if (body !== undefined) {
      const bodyEnd = after(BODY, text, body) ?? body;
      next = bodyEnd;
      if (KEY_LINE.test(text.slice(body, bodyEnd))) {
        const end = after(END, text, bodyEnd) ?? bodyEnd;
        found.push({ kind: "private key", start: at, end });
        next = end;
      }
    }
    at = text.indexOf(BEGIN, next);
  }
  return found;
}

/** Where the sticky pattern's match at `at` ends. */
function after(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** Keys are made by chance; names, paths, versions and sentences are not. */
function isRandom(value: string): boolean {
  if (!isMixed(value) || /example|placeholder|dummy|changeme|x{6}|0{8}|1234567/i.test(value)) {
    return false;
  }
  // Words joined by dots, dashes, slashes or underlines are a name or a path.
  const longest = Math.max(...value.split(/[.\-/_~]/).map((part) => part.length));
  return longest >= 16 && entropy(value) >= 3.3;
}

function isMixed(value: string): boolean {
  return /\d/.test(value) && /[A-Za-z]/.test(value);
}

/** Bits a character. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const letter of value) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / value.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}
