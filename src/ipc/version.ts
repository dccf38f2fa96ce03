/** Importing this loads the messaging library's native part, which is what a doctor wants to see done. */
import { version } from "zeromq";

export function zeromqVersion(): string {
  return `libzmq ${version}`;
}
