import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../../bench/limits/scenario/scenarios.ts";

describe("the page about limits", () => {
  it("has the measured tables, a row for each scenario in both", () => {
    const page = readFileSync(new URL("../../docs/limits.md", import.meta.url), "utf8");
    const block = page.split(/<!-- \/?bench:limits -->\n/)[1] ?? "";
    const rows = block.split("\n").flatMap((line) => /^\| (\w.*?) \| /.exec(line)?.[1] ?? []);
    const expected = SCENARIOS.map(({ about }) => about);
    expect(rows).toEqual([...expected, ...expected]);
  });
});
