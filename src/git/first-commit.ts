/** A new repository with everything in its folder committed. */
import { git } from "./git.ts";
import { SWARMUX } from "./repository.ts";

export async function createFirstCommit(root: string, message: string): Promise<void> {
  await git(root, ["init", "-q", "--template=", "-b", "main"]);
  await git(root, ["add", "-A"]);
  const { name, email } = SWARMUX;
  await git(root, ["commit", "-q", "-m", message], {
    config: { "user.name": name, "user.email": email },
  });
}
