import { expect, test } from "vitest";
import { createDisk } from "../../src/session/disk.ts";
import { isDiskFull } from "../../src/session/failure.ts";
import { eventually } from "../support/eventually.ts";
import { tempFolder } from "./support.ts";

const FULL = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });

async function openDisk() {
  const said: string[] = [];
  const disk = createDisk({
    folder: await tempFolder(),
    mend: "free some space",
    full: ({ message }) => said.push(message.replace(/ \/\S+/, "")),
    room: () => said.push("room"),
    everyMs: 10,
  });
  return { disk, said };
}

const WORDS = "The disk that holds is full: nothing is lost, and nobody goes on.";

test("what waits is tried again until there is room, and each turn is told once", async () => {
  const { disk, said } = await openDisk();
  let tries = 0;
  disk.wait("journal", async () => (tries += 1) > 3);
  disk.wait("other", async () => true);
  expect(disk.complaint()).toMatchObject({ kind: "temporary", mend: "free some space" });
  await eventually(() => expect(said).toEqual([WORDS, "room"]));
  expect(disk.complaint()).toBeUndefined();
  expect(tries).toBe(4);
});

test("work that found no room is done again; any other failure is its own", async () => {
  const { disk, said } = await openDisk();
  let tries = 0;
  const work = async () => {
    tries += 1;
    if (tries < 3) throw FULL;
    return "done";
  };
  expect(await disk.roomFor("work", work)).toBe("done");
  await eventually(() => expect(said).toEqual([WORDS, "room"]));
  await expect(disk.roomFor("work", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
});

test("another process says that it waits, and that it does not any more", async () => {
  const { disk, said } = await openDisk();
  disk.reported("ada", true);
  expect(await disk.retry()).toBe(false);
  disk.reported("ada", false);
  await eventually(() => expect(said).toEqual([WORDS, "room"]));
});

test("a full disk is known by its code, by what git says, and behind other failures", () => {
  const git = new Error("error: file write error: No space left on device");
  expect([FULL, git, new Error("outer", { cause: FULL })].map(isDiskFull)).toEqual([
    true,
    true,
    true,
  ]);
  expect(isDiskFull(new Error("outer", { cause: new Error("other") }))).toBe(false);
});
