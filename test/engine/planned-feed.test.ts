import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { PlannedFeed } from "../../src/engine/planned-feed.ts";
import type { PulledRow } from "../../src/model/ledger.ts";

const ROWS = 500;

const pulled = (index: number): PulledRow => ({
  index,
  line: index + 1,
  offset: index,
  length: 1,
  requestHash: new Uint8Array(16),
  customId: null,
  lane: "m",
  attempts: 0,
});

/** A plan of rows of which every hundredth is not what the door saw. */
function feedOf(onRender: () => void) {
  const rows = Array.from({ length: ROWS }, (_, index) => pulled(index));
  const ledger = {
    pull: async (_lane: string, after: number, count: number) => rows.slice(after + 1, after + 1 + count),
  };
  const source = { read: async (places: readonly unknown[]) => places.map(() => new Uint8Array(1)) };
  return new PlannedFeed({
    ledger,
    source,
    render: (_bytes, { index }) => {
      onRender();
      if (index % 100 === 0) return { problem: "changed" };
      return { path: "/p", model: "m", body: new Uint8Array(1), maxTokens: null, samples: 1 };
    },
    lanes: [{ lane: "m", rows: ROWS }],
    limit: Number.POSITIVE_INFINITY,
  });
}

describe("a plan that lies still", () => {
  it("makes its rows in order, and tells those that cannot be sent", async () => {
    const feed = feedOf(() => {});
    const { jobs, unsendable } = await feed.take("m", ROWS + 1);
    expect(unsendable.map(({ row }) => row.index)).toEqual([0, 100, 200, 300, 400]);
    expect(jobs.map(({ index }) => index)).toEqual(
      Array.from({ length: ROWS }, (_, index) => index).filter((index) => index % 100 !== 0),
    );
    expect(feed.isEmpty("m")).toBe(true);
  });

  it("lets others have their turn while it makes many: a template may take its time for each", async () => {
    let made = 0;
    const taking = feedOf(() => (made += 1)).take("m", ROWS);
    const seen: number[] = [];
    while (made < ROWS) {
      seen.push(made);
      await setImmediate();
    }
    await taking;
    const most = Math.max(...seen.map((count, place) => count - (seen[place - 1] ?? 0)));
    expect(most).toBeLessThanOrEqual(64);
    expect(seen.length).toBeGreaterThan(ROWS / 64);
  });
});
