/** The risk of reading or writing one file of the checkout: protected places and secrets are HIGH, whatever their case. */
import { type Assessment, type Causes, high, medium, none, toAssessment } from "./assessment.ts";
import { hiddenCharacter } from "./hidden-text.ts";

/** Names that, anywhere in a path, make other programs run things or change what agents may do. */
export const PROTECTED: ReadonlySet<string> = new Set(
  [
    ".git .gitmodules .gitattributes .gitconfig .githooks .husky .hg .svn",
    ".bashrc .bash_profile .bash_login .bash_logout .bash_aliases .profile .zshrc .zshenv .zprofile .zlogin .zlogout",
    ".kshrc .cshrc .tcshrc .inputrc .envrc .tmux.conf .vimrc .exrc .nvimrc .ripgreprc .lesskey",
    ".vscode .idea .fleet .devcontainer .mcp.json .claude .claude.json .codex .cursor .gemini .opencode .aider.conf.yml",
    ".continue .windsurf .roo .goose .swarmux .yarnrc .yarnrc.yml .pnpmfile.cjs",
  ].flatMap((line) => line.split(" ")),
);

const SECRET_FOLDERS = new Set([
  ".ssh",
  ".aws",
  ".gnupg",
  ".kube",
  ".azure",
  ".gcloud",
  ".password-store",
]);

/** Files of plain data, which in a folder for secrets are secrets. */
const DATA = /^[^.]+$|\.(ya?ml|json|toml|ini|conf|cfg|env|txt|properties|enc|gpg|asc|crt|der)$/;
const DATA_FOLDERS = new Set(["secrets", "secret", ".secrets", "credentials", ".credentials"]);

const SECRET_NAMES = [
  /^\.env(\..+|rc)?$/,
  /^[\w.-]+\.env$/,
  /\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)(_sk)?$/,
  /^\.(netrc|pgpass|npmrc|pypirc|git-credentials|htpasswd|vault-token|my\.cnf|s3cfg|dockercfg)$/,
  /^([\w.-]+[._-])?(credentials?|secrets?)(\.(json|ya?ml|toml|ini|txt|csv|env|enc|gpg|asc|properties|cfg|conf|bak))?$/,
  /^(passwords?|passwd|api[_-]?keys?|access[_-]?tokens?)(\.(json|ya?ml|toml|ini|txt|csv|env|enc|gpg))?$/,
  /^tokens?(\.(txt|env|enc|gpg))?$/,
  /^(service[_-]?account|client_secrets?|application_default_credentials|gcp-key|firebase-adminsdk).*\.json$/,
  /^[\w.-]*-(adminsdk|serviceaccount)[\w.-]*\.json$/,
  /\.(tfstate|tfvars|ovpn|agekey|gpg|kubeconfig)(\.backup)?$/,
  /^(kubeconfig(\.ya?ml)?|vault\.ya?ml|rclone\.conf|\.?vault[_-]pass(word)?(\.txt)?|wallet\.dat|\.(boto|terraformrc|renviron|dockerconfigjson|\w+_history))$/,
];

const SAMPLE = /^\.env(\.\w+)?\.(example|sample|template|tpl|dist|defaults)$/;

/** An example of a file with settings, which is made to be shown. */
export function isSample(path: string): boolean {
  return SAMPLE.test(split(path).at(-1) ?? "");
}

/** Glob patterns of the secrets, for a search that is to leave them out. Case is ignored by the caller. */
export const secretGlobs: readonly string[] = [
  ...SECRET_FOLDERS,
  ".env",
  ".env.*",
  "*.{pem,key,p12,pfx,jks,keystore,kdbx,ppk}",
  "id_{rsa,dsa,ecdsa,ed25519}",
  ".{netrc,pgpass,npmrc,pypirc,git-credentials,htpasswd}",
];

/** `path` is relative to the checkout, links already resolved. */
export function assessPath(path: string, access: "read" | "write"): Assessment {
  const causes = judgePath(path, access);
  return { ...toAssessment(causes), causes };
}

export function judgePath(path: string, access: "read" | "write"): Causes {
  const parts = split(path);
  const hidden = hiddenCharacter(path);
  if (hidden !== undefined) {
    return high("unanalysable", `a path with the invisible character ${hidden}`);
  }
  if (path.startsWith("/") || parts.includes("..")) {
    return high("outside", `${path} is outside the checkout`);
  }
  const guarded = access === "write" && parts.find((part) => PROTECTED.has(part));
  if (typeof guarded === "string") {
    return high("protected", `${path} is protected: ${guarded} can make other programs run things`);
  }
  if (isSecret(path)) return high("secret", `${path} may hold secrets`);
  if (access === "read") return none;
  return medium("edit", `changes ${path}`);
}

/** Whether a name or pattern of names asks for secrets: `.env*`, `*.pem`. */
export function namesSecrets(pattern: string): boolean {
  const name = pattern.split("/").at(-1) ?? "";
  const bare = name.replaceAll(/[*?^$\\]|\[[^\]]*\]/g, "");
  return (
    [name, bare, `x${bare}`, name.replaceAll(/[*?]+/g, "x")].some(isSecret) ||
    /^\.?(env|pem|key|secrets?|credentials?|id_rsa|netrc|npmrc|ssh|aws)$/i.test(bare)
  );
}

/** True for files that usually hold keys or passwords. */
export function isSecret(path: string): boolean {
  const parts = split(path);
  const name = parts.at(-1) ?? "";
  if (isSample(path)) return false;
  if (parts.some((part) => SECRET_FOLDERS.has(part))) return true;
  if (DATA.test(name) && parts.slice(0, -1).some((part) => DATA_FOLDERS.has(part))) return true;
  if (parts.includes(".git") && name === "config") return true;
  if (parts.includes(".docker") && name === "config.json") return true;
  return SECRET_NAMES.some((pattern) => pattern.test(name));
}

// Unicode look-alikes and letter case are no way around a name.
function split(path: string): string[] {
  return path.normalize("NFKC").toLowerCase().split("/");
}
