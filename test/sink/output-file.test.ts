import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { OutputFile, type OutputHandle } from "../../src/sink/output-file.ts";
import { virtualClock } from "../support/virtual-clock.ts";
import { linesOf, outputFolder } from "./output-folder.ts";
import { bytes, settledRows } from "./rows.ts";

const folder = outputFolder();
const START = { bytes: 0, crc: 0 };
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A disk that takes at most `room` bytes, a few per write, and says so as the system does. */
function smallDisk(code = "ENOSPC") {
  let stored = Buffer.alloc(0);
  const disk = { room: 0, content: () => stored.toString() };
  const handle = {
    async writev(parts: readonly Uint8Array[], at: number) {
      const data = Buffer.concat(parts);
      const taken = Math.min(data.length, 3, disk.room - at);
      if (taken <= 0) throw Object.assign(new Error("no room"), { code });
      stored = Buffer.concat([stored.subarray(0, at), data.subarray(0, taken)]);
      return { bytesWritten: taken, buffers: parts };
    },
    async truncate(length: number) {
      stored = stored.subarray(0, length);
    },
    async sync() {},
    async close() {},
  };
  return Object.assign(disk, { handle: handle as unknown as OutputHandle });
}

function outputOn(handle: OutputHandle, signal?: AbortSignal) {
  const clock = virtualClock();
  const troubles: (string | null)[] = [];
  const onTrouble = (message: string | null) => void troubles.push(message);
  return {
    clock,
    troubles,
    file: new OutputFile(handle, START, { name: "out.jsonl", clock, onTrouble, signal }),
  };
}

test("a write that the system takes in pieces is finished", async () => {
  const disk = smallDisk();
  disk.room = 100;
  const { file } = outputOn(disk.handle);
  await file.append([bytes("eleven "), bytes("bytes\n")]);
  expect(disk.content()).toBe("eleven bytes\n");
  expect([file.bytes, file.crc]).toEqual([13, crc32("eleven bytes\n")]);
});

describe.each(["ENOSPC", "EIO", "EDQUOT"])("%s", (code) => {
  test("takes the torn line back, waits a second at a time, tells it once, and goes on where it was", async () => {
    const disk = smallDisk(code);
    disk.room = 8;
    const { file, clock, troubles } = outputOn(disk.handle);
    await file.append([bytes("first\n")]);
    const writing = file.append([bytes("second\n")]);
    for (let seconds = 0; seconds < 3; seconds += 1) {
      while (clock.waiting() === 0) await turn();
      expect(disk.content()).toBe("first\n");
      expect(troubles).toEqual([
        expect.stringMatching(/^out.jsonl cannot be written: .*again every second$/),
      ]);
      if (seconds === 2) disk.room = 100;
      clock.advance(1000);
    }
    await writing;
    expect(disk.content()).toBe("first\nsecond\n");
    expect(troubles).toEqual([expect.any(String), null]);
  });
});

test("a wait for room ends with the disk's own error when the run is given up", async () => {
  const stop = new AbortController();
  const { file, clock } = outputOn(smallDisk().handle, stop.signal);
  const writing = file.append([bytes("line\n")]);
  writing.catch(() => {});
  while (clock.waiting() === 0) await turn();
  stop.abort();
  await expect(writing).rejects.toMatchObject({ code: "ENOSPC" });
  expect(clock.waiting()).toBe(0);
});

test("an error that waiting does not help is passed on at once", async () => {
  const { file, clock } = outputOn(smallDisk("EBADF").handle);
  await expect(file.append([bytes("line\n")])).rejects.toMatchObject({ code: "EBADF" });
  expect(clock.waiting()).toBe(0);
});

function mountSmallDisk(at: string): string | null {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", at], { stdio: "pipe" });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
}

test("a real disk that is full pauses the run, and room made on it lets it finish", async ({ skip }) => {
  const disk = folder.path("disk");
  mkdirSync(disk);
  const refusal = mountSmallDisk(disk);
  if (refusal !== null) {
    console.warn(`NOT TESTED on a full disk: no small file system could be mounted (${refusal})`);
    skip();
  }
  try {
    writeFileSync(folder.path("disk/ballast"), Buffer.alloc(48 * 1024));
    const rows = settledRows(200);
    const clock = virtualClock();
    const sink = await folder.open({ path: folder.path("disk/out.jsonl"), clock });
    await sink.write(rows.slice(0, 20));
    const writing = sink.write(rows.slice(20));
    while (clock.waiting() === 0) await turn();
    expect(folder.content("disk/out.jsonl")).toBe(linesOf(rows.slice(0, 20)));
    rmSync(folder.path("disk/ballast"));
    clock.advance(1000);
    await writing;
    await sink.end(true);
    expect(folder.content("disk/out.jsonl")).toBe(linesOf(rows));
    expect(folder.troubles).toEqual([expect.stringContaining("no space left"), null]);
  } finally {
    execFileSync("umount", [disk]);
  }
});

test("a real file handle has the three verbs the output needs", async () => {
  const handle = await open(folder.path("x"), "w");
  const { file } = outputOn(handle);
  await file.append([bytes("line\n")]);
  await file.sync();
  await file.close();
  expect(folder.content("x")).toBe("line\n");
});
