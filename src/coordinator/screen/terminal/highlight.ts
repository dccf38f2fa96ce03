/** The colours of a line of code: words of most languages, strings, numbers, comments. It reads one line alone and never fails. */
import { type Span, span } from "./styled.ts";

const KEYWORDS = new Set(
  (
    "abstract and as async await begin bool break case catch class const continue def default defer del delete do done echo elif else " +
    "elseif end enum except export extends false fi final finally fn for foreach from func function go if impl implements import in " +
    "instanceof int interface is lambda let local match mod module mut namespace new nil none not null of or override package pass " +
    "private protected pub public raise readonly require return select self set static struct super switch template then this throw " +
    "throws trait true try type typeof undefined union unless until use using val var void when where while with yield"
  ).split(" "),
);

const HASH_COMMENTS =
  /^(?:sh|bash|zsh|py|rb|pl|ya?ml|toml|ini|cfg|conf|make|mk|dockerfile|r|jl|tf|env)$/i;

const TOKEN =
  /(?<comment>\/\/.*$|\/\*.*?(?:\*\/|$))|(?<hash>(?<=^|\s)#.*$)|(?<string>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`(?:[^`\\]|\\.)*`?)|(?<word>[\p{L}_$][\p{L}\p{N}_$]*)|(?<number>\b\d[\w.]*)/gu;

/** `language` is the ending of the file's name. */
export function highlight(text: string, language: string): Span[] {
  if (/^(?:md|txt|rst|csv|log|lock)$/i.test(language)) return [span(text)];
  const spans: Span[] = [];
  let at = 0;
  const put = (end: number, look: Span["look"]) => {
    if (end > at) spans.push(span(text.slice(at, end), look));
    at = end;
  };
  for (const match of text.matchAll(TOKEN)) {
    const look = lookOf(match.groups ?? {}, language);
    if (look === "plain") continue;
    put(match.index, "plain");
    put(match.index + match[0].length, look);
  }
  put(text.length, "plain");
  return spans.length === 0 ? [span("")] : spans;
}

function lookOf(
  found: Readonly<Record<string, string | undefined>>,
  language: string,
): Span["look"] {
  const isHash = HASH_COMMENTS.test(language);
  if (found["hash"] !== undefined) return isHash ? "comment" : "plain";
  if (found["comment"] !== undefined) return isHash ? "plain" : "comment";
  if (found["string"] !== undefined) return "string";
  if (found["number"] !== undefined) return "place";
  return KEYWORDS.has(found["word"] ?? "") ? "keyword" : "plain";
}
