import { linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { UsageError } from "../../src/model/errors.ts";
import { checkOutputWritable, outputExistsWithoutLedger } from "../../src/sink/index.ts";
import { outputFolder } from "./output-folder.ts";

const folder = outputFolder();

async function sentenceFor(output: string, input: string | null = null): Promise<string> {
  const error = await checkOutputWritable(output, input).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UsageError)) throw new Error(`expected a UsageError, got ${error}`);
  expect(error.message).not.toMatch(/\n/);
  return error.message;
}

test("a new file in a folder, an existing file, a device and a link to nowhere pass and stay as they were", async () => {
  writeFileSync(folder.path("there"), "kept");
  symlinkSync("nowhere", folder.path("link"));
  for (const name of ["new", "there", "link"]) await checkOutputWritable(folder.path(name));
  await checkOutputWritable("/dev/null", folder.path("there"));
  expect(folder.names()).toEqual(["link", "there"]);
  expect(folder.content("there")).toBe("kept");
});

test("a folder is refused with a file to name instead", async () => {
  expect(await sentenceFor(`${folder.path("")}/`)).toMatch(
    /is a folder; name a file in it, such as .*[^/]\/answers\.jsonl$/,
  );
});

test("a missing folder is named", async () => {
  expect(await sentenceFor(folder.path("none/out.jsonl"))).toContain(
    `the folder ${folder.path("none")} does not exist`,
  );
});

test("a path through a file is refused", async () => {
  writeFileSync(folder.path("file"), "");
  expect(await sentenceFor(folder.path("file/out.jsonl"))).toContain("a part of the path is a file");
});

test("a place where no file can be created is refused", async () => {
  expect(await sentenceFor("/proc/out.jsonl")).toMatch(/cannot be written: .*; choose another file/);
});

test("an empty name is refused", async () => {
  expect(await sentenceFor("")).toContain("-o needs the path of a file");
});

test("the input itself is refused, by whatever name", async () => {
  writeFileSync(folder.path("in.jsonl"), "{}\n");
  symlinkSync("in.jsonl", folder.path("symbolic"));
  linkSync(folder.path("in.jsonl"), folder.path("hard"));
  mkdirSync(folder.path("sub"));
  for (const name of ["in.jsonl", "symbolic", "hard", "sub/../in.jsonl"]) {
    expect(await sentenceFor(folder.path(name), folder.path("in.jsonl"))).toContain("is the input itself");
  }
});

test("an OUTPUT is unknown when it is there and its ledger is not, or was cut to nothing", async () => {
  const unknown = () => outputExistsWithoutLedger(folder.path(), folder.path("out.jsonl.ledger"));
  expect(await unknown()).toBe(false);
  writeFileSync(folder.path(), "");
  expect(await unknown()).toBe(true);
  writeFileSync(folder.path("out.jsonl.ledger"), "");
  expect(await unknown()).toBe(true);
  writeFileSync(folder.path("out.jsonl.ledger"), "something");
  expect(await unknown()).toBe(false);
  expect(await outputExistsWithoutLedger("/dev/null", "/dev/null.ledger")).toBe(false);
});
