/**
 * A web page as text that reads well: headings, lists, links, code and tables in the manner of Markdown. One pass from left to
 * right without a tree, so that neither a huge nor a crooked page takes long or deep recursion. Nothing in it is run.
 */
import { decodeEntities } from "./html-entities.ts";
import { createTextFlow, type TextFlow } from "./text-flow.ts";

/** What stands in these is not for reading. */
const UNREAD = new Set([
  "script",
  "style",
  "template",
  "noscript",
  "svg",
  "iframe",
  "object",
  "head",
]);
/** The text of these is no markup, whatever it looks like. */
const RAW = new Set(["script", "style", "textarea", "title", "iframe", "noscript"]);
const PARAGRAPHS = new Set(
  "p div section article aside main header footer nav table blockquote form fieldset figure dl ul ol details address".split(
    " ",
  ),
);
const LINES = new Set("li tr dt dd caption figcaption summary option".split(" "));

const CODE = new Set(["code", "kbd", "samp"]);

const TAG = /<(\/?)([a-z][a-z0-9-]{0,30})/iy;
const ATTRIBUTE = /[\s/]*([^\s/>"'=]{1,60})(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']*)))?/y;
const MAX_HREF = 500;

interface Tag {
  readonly name: string;
  readonly closes: boolean;
  readonly attributes: ReadonlyMap<string, string>;
  readonly end: number;
}

interface Page {
  readonly flow: TextFlow;
  readonly base: string;
  /** Numbers of the ordered lists that are open; null is a list of dots. */
  readonly lists: (number | null)[];
  /** Where the links lead that are open. */
  readonly links: (string | undefined)[];
  /** Within a block of code, where white space counts. */
  isCode: boolean;
  /** An unread element that is open, and how often it is open within itself. */
  unread: { readonly name: string; depth: number } | undefined;
}

/** `base` is the page's own address: links are written out whole. */
export function htmlToText(html: string, base: string): string {
  const page: Page = {
    flow: createTextFlow(),
    base,
    lists: [],
    links: [],
    isCode: false,
    unread: undefined,
  };
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    const end = open < 0 ? html.length : open;
    if (page.unread === undefined) page.flow.text(decodeEntities(html.slice(at, end)));
    if (open < 0) break;
    at = afterMarkup(html, open, page);
  }
  return page.flow.done();
}

/** Takes the markup that begins at `open`; returns where text goes on. */
function afterMarkup(html: string, open: number, page: Page): number {
  if (html.startsWith("<!--", open)) return after(html, "-->", open + 4);
  if (html[open + 1] === "!" || html[open + 1] === "?") return after(html, ">", open + 2);
  const tag = readTag(html, open);
  if (tag === undefined) {
    if (page.unread === undefined) page.flow.text("<");
    return open + 1;
  }
  if (!tag.closes && RAW.has(tag.name)) return afterRaw(html, tag, page);
  if (page.unread !== undefined) leaveUnread(tag, page);
  else if (!tag.closes && UNREAD.has(tag.name)) page.unread = { name: tag.name, depth: 1 };
  else put(tag, page);
  return tag.end;
}

function afterRaw(html: string, tag: Tag, page: Page): number {
  const close = new RegExp(`</${tag.name}`, "gi");
  close.lastIndex = tag.end;
  const end = close.exec(html)?.index ?? html.length;
  if (tag.name === "title") {
    page.flow.break(2);
    page.flow.text(`# ${decodeEntities(html.slice(tag.end, end)).trim()}`);
    page.flow.break(2);
  } else if (tag.name === "textarea" && page.unread === undefined) {
    page.flow.text(decodeEntities(html.slice(tag.end, end)));
  }
  return after(html, ">", end);
}

function leaveUnread({ name, closes }: Tag, page: Page): void {
  if (page.unread === undefined || name !== page.unread.name) {
    // A page without an end of its head is read all the same.
    if (page.unread?.name === "head" && name === "body") page.unread = undefined;
    return;
  }
  page.unread.depth += closes ? -1 : 1;
  if (page.unread.depth === 0) page.unread = undefined;
}

function put(tag: Tag, page: Page): void {
  const { name, closes } = tag;
  const { flow } = page;
  const heading = /^h([1-6])$/.exec(name)?.[1];
  if (heading !== undefined) {
    flow.break(2);
    if (!closes) flow.text(`${"#".repeat(Number(heading))} `);
  } else if (name === "a") putLink(tag, page);
  else if (name === "ul" || name === "ol") putList(tag, page);
  else if (name === "li" && !closes) putItem(page);
  else if (name === "pre") putCode(closes, page);
  else if (CODE.has(name)) putMark(closes, page);
  else if (name === "td" || name === "th") {
    if (closes) flow.text(" | ");
  } else if (name === "br") flow.break(1);
  else if (name === "hr") putRule(flow);
  else if (name === "img") putImage(tag, flow);
  else if (PARAGRAPHS.has(name)) flow.break(2);
  else if (LINES.has(name)) flow.break(1);
}

function putLink({ closes, attributes }: Tag, { flow, links, base }: Page): void {
  if (!closes) {
    const href = URL.parse(attributes.get("href") ?? "", base);
    const isWeb = href !== null && /^https?:$/.test(href.protocol) && href.href.length <= MAX_HREF;
    const leads = isWeb && !(attributes.get("href") ?? "").startsWith("#");
    links.push(leads ? href.href : undefined);
    if (leads) flow.open("[");
    return;
  }
  const href = links.pop();
  if (href !== undefined) flow.mark(`](${href})`);
}

function putList({ name, closes }: Tag, { flow, lists }: Page): void {
  flow.break(lists.length > (closes ? 1 : 0) ? 1 : 2);
  if (closes) lists.pop();
  else lists.push(name === "ol" ? 0 : null);
}

const MAX_INDENT = 10;

function putItem({ flow, lists }: Page): void {
  flow.break(1);
  const number = lists.at(-1);
  const indent = "  ".repeat(Math.min(MAX_INDENT, Math.max(0, lists.length - 1)));
  if (typeof number === "number") {
    lists[lists.length - 1] = number + 1;
    flow.open(`${indent}${number + 1}. `);
  } else flow.open(`${indent}- `);
}

function putMark(closes: boolean, { flow, isCode }: Page): void {
  if (isCode) return;
  if (closes) flow.mark("`");
  else flow.open("`");
}

function putCode(closes: boolean, page: Page): void {
  const { flow } = page;
  page.isCode = !closes;
  flow.break(closes ? 1 : 2);
  flow.preserve(!closes);
  flow.mark("```");
  flow.break(closes ? 2 : 1);
}

function putRule(flow: TextFlow): void {
  flow.break(2);
  flow.mark("---");
  flow.break(2);
}

function putImage({ attributes }: Tag, flow: TextFlow): void {
  const alt = attributes.get("alt")?.trim() ?? "";
  if (alt !== "") flow.text(`[image: ${alt}]`);
}

function readTag(html: string, open: number): Tag | undefined {
  TAG.lastIndex = open;
  const found = TAG.exec(html);
  if (found === null) return undefined;
  const attributes = new Map<string, string>();
  let at = TAG.lastIndex;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(html);
    if (match === null) break;
    at = ATTRIBUTE.lastIndex;
    const [, name = "", double, single, bare] = match;
    attributes.set(name.toLowerCase(), decodeEntities(double ?? single ?? bare ?? ""));
  }
  const end = after(html, ">", at);
  return { name: (found[2] ?? "").toLowerCase(), closes: found[1] === "/", attributes, end };
}

/** Behind the next `mark`, or the end of the text. */
function after(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found < 0 ? html.length : found + mark.length;
}
