/** The risk of reading or writing one file of the checkout: protected places and secrets are HIGH, whatever their case. */
import { type Assessment, type Causes, high, medium, none, toAssessment } from "./assessment.ts";
import { hiddenCharacter } from "./hidden-text.ts";

/** Names that, anywhere in a path, make other programs run things or change what agents may do. */
const PROTECTED = new Set(
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

const SECRET_NAMES = [
  /^\.env(\..+|rc)?$/,
  /\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)(_sk)?$/,
  /^\.(netrc|pgpass|npmrc|pypirc|git-credentials|htpasswd|vault-token|my\.cnf|s3cfg|dockercfg)$/,
  /^(credentials|secrets?)(\.(json|ya?ml|toml|ini|txt))?$/,
  /^(service-account|client_secret|application_default_credentials).*\.json$/,
];

const SAMPLE = /^\.env\.(example|sample|template|dist|defaults)$/;

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
  return toAssessment(judgePath(path, access));
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

/** True for files that usually hold keys or passwords. */
export function isSecret(path: string): boolean {
  const parts = split(path);
  const name = parts.at(-1) ?? "";
  if (SAMPLE.test(name)) return false;
  if (parts.some((part) => SECRET_FOLDERS.has(part))) return true;
  if (parts.includes(".git") && name === "config") return true;
  if (parts.includes(".docker") && name === "config.json") return true;
  return SECRET_NAMES.some((pattern) => pattern.test(name));
}

// Unicode look-alikes and letter case are no way around a name.
function split(path: string): string[] {
  return path.normalize("NFKC").toLowerCase().split("/");
}
