/** What `swarmux init` writes, from what it found: everything that can be set, with a comment, and what is not used commented out. */

export interface Found {
  readonly checks: readonly string[];
  /** Files with instructions for agents that are there. */
  readonly instructions: readonly string[];
  /** Ignored dependency folders. */
  readonly links: readonly string[];
  /** What installs the dependencies where they can't be linked. */
  readonly install: string | null;
  /** Ignored files that programs often need and that may hold secrets. */
  readonly secrets: readonly string[];
}

export function configText({ checks, links, install, secrets }: Found): string {
  const example = checks.length === 0 ? '"npm test"' : "";
  const setup = install ?? "make deps";
  return `# What sessions of swarmux on this repository begin with. All of it is optional, and flags win over it.
# A project's file can only narrow what its people allow: models, prompts, keys and what is allowed stand in their own file.

# Must pass before work is merged, on the base too. Found in the repository where this is left out.
${checks.length === 0 ? "# " : ""}checks = [${checks.map(tomlString).join(", ")}${example}]

# Workers at once, at most; a budget in US dollars and one in tokens, after which a session stops.
# workers = 4
# budget = 5
# token_budget = 2000000

[checkout]
# Ignored folders that each worker's checkout gets as links to yours. Left out, dependency folders are found.
${links.length === 0 ? "# " : ""}link = [${(links.length === 0 ? ["node_modules"] : links).map(tomlString).join(", ")}]

# Ignored files that each checkout gets as copies.${secretLine(secrets)}
# copy = ["config/local.json"]

# Runs in each new checkout, before its worker begins and before its checks, without network.
# setup = ${tomlString(setup)}
`;
}

function secretLine(secrets: readonly string[]): string {
  if (secrets.length === 0) return "";
  return `\n# ${secrets.join(", ")} may hold secrets: agents get it only if your own configuration names it in checkout.copy.`;
}

export function instructionsText({ checks }: Found, name: string): string {
  const steps = checks.map((check) => `- \`${check}\``).join("\n");
  return `# Working on ${name}

Instructions for coding agents. Say what a newcomer can't see in the code.

## Checks

${checks.length === 0 ? "- (the command that must pass before a change is done)" : steps}

## Conventions

- (how code is laid out, named and tested here)

## Out of bounds

- (files and folders that are generated, or that nobody should change)
`;
}

function tomlString(text: string): string {
  return JSON.stringify(text);
}
