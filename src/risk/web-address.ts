/** An address of the web as an agent may ask for it: what is judged is the very host that is dialled. */
import { isIP } from "node:net";
import { type Assessment, high, toAssessment } from "./assessment.ts";
import { hiddenCharacter } from "./hidden-text.ts";

export type WebAddress =
  | { readonly ok: true; readonly url: URL }
  /** `why` is for the model. */
  | { readonly ok: false; readonly why: string };

const MAX_LENGTH = 4096;

/** Takes exactly what cannot be read in two ways. */
export function parseWebAddress(text: string): WebAddress {
  if (text.length > MAX_LENGTH) return refused(`it has more than ${MAX_LENGTH} characters`);
  const hidden = hiddenCharacter(text);
  if (hidden !== undefined) return refused(`it holds the invisible character ${hidden}`);
  // Parsers of addresses read these each in their own way.
  if (/[\s\\]/.test(text)) return refused("it holds white space or a backslash");
  if (/%(?:[01][0-9a-f]|7f)/i.test(text)) return refused("it holds an encoded control character");
  const url = URL.parse(text);
  if (url === null) return refused("it is not a whole address, such as https://example.com/page");
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return refused(`${url.protocol.slice(0, -1)} is neither http nor https`);
  }
  if (url.username !== "" || url.password !== "") {
    return refused("it holds a user name or password before the host");
  }
  if (url.hostname.endsWith(".")) return refused("its host ends in a dot");
  url.hash = "";
  return { ok: true, url };
}

/** The host as a literal address, or undefined where it is a name. */
export function literalOf(url: URL): string | undefined {
  const bare = url.hostname.replace(/^\[|\]$/g, "");
  return isIP(bare) === 0 ? undefined : bare;
}

/** Whatever is asked for reveals something to somebody: a person, or their rule for that host, says yes. */
export function assessWebAddress(url: URL): Assessment {
  const causes = high("remote", `asks ${url.host} for ${url.pathname}${url.search}`);
  return { ...toAssessment(causes), causes };
}

/** Whether a redirect stays with whom the person said yes to: the same host and port, never back to plain http. */
export function staysThere(from: URL, to: URL): boolean {
  if (from.hostname !== to.hostname) return false;
  if (from.protocol === to.protocol) return from.port === to.port;
  return to.protocol === "https:" && from.port === "" && to.port === "";
}

function refused(why: string): WebAddress {
  return { ok: false, why };
}
