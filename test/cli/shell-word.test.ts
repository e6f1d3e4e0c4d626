import { expect, it } from "vitest";
import { quoted } from "../../src/cli/shell-word.ts";

it.each([
  ["answers.jsonl", "answers.jsonl"],
  ["../a-b/c_d.txt", "../a-b/c_d.txt"],
  ["my answers.txt", "'my answers.txt'"],
  ["it's", "'it'\\''s'"],
  ["", "''"],
])("%j is typed as %s", (word, typed) => {
  expect(quoted(word)).toBe(typed);
});
