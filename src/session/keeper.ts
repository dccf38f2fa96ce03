/**
 * A small process that outlives the one which started it by a moment: when that one is gone, by whatever death, it
 * kills every process that carries its mark. Whoever is killed with `kill -9` can't clean up, and this does it then.
 */
import { spawn } from "node:child_process";
import { markSelf } from "./process-mark.ts";

// It has the mark itself, like what it starts. A zombie waits for its parent and is nobody's business.
const KEEPER = String.raw`
trap '' HUP INT TERM
read -r _
round=0
while [ $round -lt 100 ]; do
  found=
  for limits in $(grep -ls "^Max file locks  *$1 " /proc/[0-9]*/limits); do
    pid=${"${limits%/limits}"}
    pid=${"${pid#/proc/}"}
    [ "$pid" = $$ ] && continue
    read -r stat <"/proc/$pid/stat" || continue
    case ${"${stat##*) }"} in [ZX]*) continue ;; esac
    kill -KILL "$pid" && found=1
  done
  [ -n "$found" ] || exit 0
  round=$((round + 1))
  sleep 0.05
done
`;

/**
 * Marks this process, and has everything ended that it has started by then, once it is gone. Does nothing where the
 * system has no such mark. It holds nothing open: the process may end as if nobody watched.
 */
export async function keepWatch(mark: number): Promise<void> {
  if (!(await markSelf(mark))) return;
  const child = spawn("/bin/sh", ["-c", KEEPER, "swarmux-keeper", String(mark)], {
    // A session of its own: what is sent to this process's group or terminal does not reach it.
    detached: true,
    cwd: "/",
    env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Without it environments still tell what is left.
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  child.unref();
}
