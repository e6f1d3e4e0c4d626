import { expect, test } from "vitest";
import { UsageError } from "../../src/model/errors.ts";
import { chooseFormat, FORMAT_NAMES, lineFormat } from "../../src/sink/index.ts";

test("OpenAI's lines are the default, also for no ending, an unknown one and standard output", () => {
  for (const output of ["a.jsonl", "a.json", "answers", "-", "/dev/null", ".csv", null]) {
    expect(chooseFormat({ output })).toBe("openai");
  }
});

test("a .txt output is text", () => {
  expect(chooseFormat({ output: "answers.TXT" })).toBe("text");
});

test("what is asked for wins over the ending", () => {
  expect(chooseFormat({ output: "answers.txt", explicit: "rows" })).toBe("rows");
});

test.each(["a.csv", "dir/b.TSV", "c.parquet", "d.jsonl.gz"])(
  "%s is refused, whatever format is asked for",
  (output) => {
    expect(() => chooseFormat({ output })).toThrow(UsageError);
    expect(() => chooseFormat({ output, explicit: "openai" })).toThrow(/this version writes JSONL and text/);
  },
);

test("an unknown format is refused with the known ones", () => {
  expect(() => chooseFormat({ output: null, explicit: "jsonl" })).toThrow(
    /choose one of openai, text, jsonl-text, rows/,
  );
});

test("each format name has its line functions", () => {
  expect(FORMAT_NAMES.map((name) => lineFormat(name).name)).toEqual([...FORMAT_NAMES]);
  expect(FORMAT_NAMES.filter((name) => lineFormat(name).needsInput)).toEqual(["rows"]);
});
