import { expect, it } from "vitest";
import { Lasting } from "../../src/engine/lasting.ts";

const HOUR_MS = 3_600_000;

it("what is seen again and again lasts from the first sight to the last", () => {
  const lasting = new Lasting();
  expect(lasting.ms).toBe(0);
  for (const now of [1000, 11_000, 21_000]) lasting.seen(now);
  expect(lasting.ms).toBe(20_000);
  lasting.over();
  lasting.seen(50_000);
  expect(lasting.ms).toBe(0);
});

it("hours in which nobody looked count for two minutes", () => {
  const lasting = new Lasting();
  for (const now of [0, 8 * HOUR_MS, 8 * HOUR_MS + 5000]) lasting.seen(now);
  expect(lasting.ms).toBe(125_000);
});
