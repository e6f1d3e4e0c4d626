import { expect, test } from "vitest";
import { callbackSink, memorySink } from "../../src/sink/index.ts";
import { settledRows } from "./rows.ts";

test("the memory sink keeps rows in the order they came", async () => {
  const sink = memorySink();
  await sink.write(settledRows(2));
  await sink.write(settledRows(1, 2));
  expect(sink.complete).toBeNull();
  await sink.end(true);
  expect(sink.rows.map((row) => row.index)).toEqual([0, 1, 2]);
  expect(sink.complete).toBe(true);
});

test("the callback sink waits for each row before it hands over the next", async () => {
  const order: string[] = [];
  const sink = callbackSink(
    async ({ index }) => {
      order.push(`in ${index}`);
      await Promise.resolve();
      order.push(`out ${index}`);
    },
    (complete) => void order.push(`end ${complete}`),
  );
  await sink.write(settledRows(2));
  await sink.end(false);
  expect(order).toEqual(["in 0", "out 0", "in 1", "out 1", "end false"]);
});

test("a callback's error reaches whoever writes, and no further row is handed over", async () => {
  const seen: number[] = [];
  const sink = callbackSink(({ index }) => {
    seen.push(index);
    throw new Error("full");
  });
  await expect(sink.write(settledRows(2))).rejects.toThrow("full");
  expect(seen).toEqual([0]);
});
