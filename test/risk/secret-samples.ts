/** Made-up keys of every known shape, put together when they are needed, so that no file of this repository holds one. */
import { createHash } from "node:crypto";

/** Random to the eye, the same each time. */
export function makeToken(length: number): string {
  let token = "";
  for (let at = 0; token.length < length; at += 1) {
    token += createHash("sha256").update(`sample ${at}`).digest("base64").replaceAll(/[+/=]/g, "");
  }
  return token.slice(0, length);
}

const UPPER = makeToken(60).toUpperCase();

export const SECRETS: readonly (readonly [kind: string, secret: string])[] = [
  ["Anthropic key", `sk-ant-${makeToken(5)}-${makeToken(40)}`],
  ["OpenAI key", `sk-proj-${makeToken(48)}`],
  ["OpenAI key", `sk-${makeToken(48)}`],
  ["GitHub token", `ghp_${makeToken(36)}`],
  ["GitHub token", `github_pat_${makeToken(60)}`],
  ["GitLab token", `glpat-${makeToken(20)}`],
  ["AWS key", `AKIA${UPPER.slice(0, 16)}`],
  ["Google key", `AIza${makeToken(35)}`],
  ["Google token", `ya29.${makeToken(40)}`],
  ["Slack token", `xoxb-${makeToken(24)}`],
  ["Stripe key", `sk_live_${makeToken(24)}`],
  ["npm token", `npm_${makeToken(36)}`],
  ["PyPI token", `pypi-AgEI${makeToken(60)}`],
  ["Hugging Face token", `hf_${makeToken(34)}`],
  ["signed token", `eyJ${makeToken(20)}.eyJ${makeToken(30)}.${makeToken(43)}`],
];

export function privateKey(): string {
  const lines = Array.from({ length: 12 }, (_, at) => makeToken(64 + at).slice(at));
  const kind = ["PRIVATE", "KEY"].join(" ");
  return [`-----BEGIN RSA ${kind}-----`, ...lines, `-----END RSA ${kind}-----`].join("\n");
}
