import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { Workplace } from "./workplace.ts";

it("puts answers over no ledger, whatever it is called and however it is spelt", async () => {
  await using place = await Workplace.open();
  place.questions("q1");
  await place.run("--ledger", "paid.db");
  const paid = place.read("paid.db");

  const asked = [
    place.run("-o", "paid.db", "--overwrite"),
    place.run("--ledger", "./out.jsonl", "--overwrite"),
    place.run("--ledger", "./in.jsonl"),
    place.sluice(["export", "paid.db", "-o", "paid.db", "--overwrite"]),
    place.sluice(["export", "paid.db", "-o", "./paid.db", "--format", "text", "--overwrite"]),
  ];
  for (const { code, stderr } of await Promise.all(asked)) {
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^(output|--ledger) \S+ is .*another file/),
    });
  }
  expect(place.read("paid.db")).toBe(paid);
  expect(place.says()).toEqual(["echo q1"]);
  expect(place.provider.received).toEqual([]);
});

it("gives ledger and OUTPUT their names again when a run with --fresh is refused", async () => {
  await using place = await Workplace.open();
  place.questions("q1");
  await place.run();
  const [files, lines] = [place.files(), place.read("out.jsonl")];

  const refused = await place.run("--fresh", "--prompt", "{{ nothing }}");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("they have their names again");
  expect((await place.sluice(["run", "missing.jsonl", ...place.usual, "--fresh"])).code).toBe(2);
  expect(place.files()).toEqual(files);
  expect(place.read("out.jsonl")).toBe(lines);
  expect((await place.run()).code).toBe(0);
  expect(place.provider.received).toEqual([]);
});

it("keeps no ledger beside a device, where nobody would look for it", async () => {
  await using place = await Workplace.open();
  place.questions("q1");

  const { code, stderr } = await place.run("-o", "/dev/null");
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("--ledger FILE") });
  expect(existsSync("/dev/null.ledger")).toBe(false);
  expect((await place.run("-o", "/dev/null", "--ledger", "kept.ledger")).code).toBe(0);
  expect(place.provider.prompts()).toEqual(["q1"]);
});

it("exports no columns to rows of which nobody knows whether they are the input's", async () => {
  await using place = await Workplace.open();
  place.questions("q1", "q2");
  await place.run("--stream-input");
  place.questions("q2", "q1");
  const asRows = ["export", "out.jsonl", "--format", "rows", "--input", "in.jsonl", "-o", "rows.jsonl"];

  const streamed = await place.sluice(asRows);
  expect(streamed).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("once more without --stream-input"),
  });
  expect(place.has("rows.jsonl")).toBe(false);
  expect((await place.run()).code).toBe(0);
  expect(place.provider.received).toEqual([]);
  expect((await place.sluice(asRows)).code).toBe(0);
  expect(place.read("rows.jsonl")).toMatch(/^\{"question":"q2","response":"echo q2"/);
});

it("exports the columns of the input that was asked and of no other, and replaces no file unasked", async () => {
  await using place = await Workplace.open();
  place.questions("q1", "q2");
  await place.run();
  const asRows = ["export", "out.jsonl", "--format", "rows", "--input", "in.jsonl"];

  expect((await place.sluice([...asRows, "-o", "rows.jsonl"])).code).toBe(0);
  expect(place.read("rows.jsonl")).toMatch(/^\{"question":"q1","response":"echo q1"/);
  for (const taken of ["rows.jsonl", "out.jsonl", "in.jsonl"]) {
    expect((await place.sluice([...asRows, "-o", taken])).code).toBe(2);
  }

  const input = place.read("in.jsonl");
  const over = await place.sluice(["export", "out.jsonl", "-o", "./in.jsonl", "--overwrite"]);
  expect(over).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("./in.jsonl is the input of this run"),
  });
  expect(place.read("in.jsonl")).toBe(input);

  place.questions("a longer one", "q2");
  const other = await place.sluice([...asRows, "-o", "more.jsonl"]);
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining("in.jsonl is not what ") });
  expect(place.has("more.jsonl")).toBe(false);
});
