import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { systemClock } from "../../src/model/clock.ts";
import { lineFormat, stdoutSink } from "../../src/sink/index.ts";
import { linesOf, outputFolder } from "./output-folder.ts";
import { settledRow, settledRows } from "./rows.ts";

const folder = outputFolder();
const ROWS = settledRows(3);

function namedPipe(): string {
  execFileSync("mkfifo", [folder.path("pipe")]);
  return folder.path("pipe");
}

function sinkOn(descriptor: number) {
  return stdoutSink({ format: lineFormat("openai"), clock: systemClock, onTrouble: () => {}, descriptor });
}

test("a device as OUTPUT takes every row from the first, and has no position", async () => {
  const sink = await folder.open({ path: "/dev/null" });
  expect(sink).toMatchObject({ resumeFrom: 0, newGeneration: false, keptAs: null });
  await sink.write(ROWS);
  await sink.end(true);
  expect(sink.position()).toBeNull();
  expect(folder.positions).toEqual([]);
});

test("a named pipe as OUTPUT hands every line to its reader", async () => {
  const path = namedPipe();
  const reading = readFile(path, "utf8");
  const sink = await folder.open({ path });
  await sink.write(ROWS);
  await sink.end(true);
  expect(await reading).toBe(linesOf(ROWS));
});

test("a slow reader slows the sink, and a large batch arrives whole", async () => {
  const path = namedPipe();
  const rows = settledRows(2000);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  let written = false;
  const writing = sinkOn(writer)
    .write(rows)
    .then(() => {
      written = true;
    });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(written).toBe(false);
  const reading = readFile(path, "utf8");
  await new Promise((resolve) => setTimeout(resolve, 20));
  closeSync(reader);
  await writing;
  closeSync(writer);
  expect(await reading).toBe(linesOf(rows));
});

test("a reader that leaves closes the sink quietly: later rows are taken and dropped", async () => {
  const path = namedPipe();
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  const sink = sinkOn(writer);
  await sink.write(ROWS);
  expect(sink.isClosed).toBe(false);
  closeSync(reader);
  await sink.write([settledRow(3)]);
  expect(sink.isClosed).toBe(true);
  await sink.closed;
  await sink.write([settledRow(4)]);
  await sink.end(false);
  closeSync(writer);
});

test("a trouble other than a closed pipe is told", async () => {
  const reader = openSync("/dev/null", "r");
  await expect(sinkOn(reader).write(ROWS)).rejects.toMatchObject({ code: "EBADF" });
  closeSync(reader);
});
