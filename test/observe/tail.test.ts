import { expect, it } from "vitest";
import { tailOf } from "../../src/observe/tail.ts";

const row = (line: number, ms: number) => ({ line, customId: null, ms });

it("names the oldest of the last rows, and counts the others", () => {
  const oldest = [row(17, 250_000), row(20, 3000), row(21, 2000)];
  expect(tailOf(3, oldest)).toEqual({ label: "request-17", ms: 250_000, more: 2 });
});

it.each<[string, number, ReturnType<typeof row>[]]>([
  ["there is more to send", 4, [row(1, 60_000), row(2, 60_000)]],
  ["many are left", 11, Array.from({ length: 11 }, (_, index) => row(index, 60_000))],
  ["none has been waited for", 2, [row(1, 5000), row(2, 5000)]],
  ["nothing is in flight", 0, []],
])("says nothing while %s", (_, left, oldest) => {
  expect(tailOf(left, oldest)).toBeNull();
});
