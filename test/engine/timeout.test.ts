import { describe, expect, it } from "vitest";
import { runEngine } from "./engine.ts";
import { answer } from "./wire-ends.ts";

describe("the timeout of an attempt", () => {
  it("ends a request nobody answers; its row is held as unknown", async () => {
    const engine = await runEngine({
      rows: 3,
      timeoutMs: 5000,
      script: ({ row }) => (row === 1 ? { afterMs: Number.POSITIVE_INFINITY } : answer()),
    });
    expect(engine.statuses()).toEqual(["answered", "unknown", "answered"]);
    expect(engine.delivered[1]?.error?.code).toBe("timeout");
    expect(engine.clock.now()).toBeGreaterThanOrEqual(5000);
    expect(engine.ledger.records.filter(({ ending }) => ending === "ambiguous")).toHaveLength(1);
  });

  it("waits for the wire to tell the end", async () => {
    const engine = await runEngine({
      rows: 1,
      timeoutMs: 1000,
      abortMs: 3000,
      script: () => ({ afterMs: Number.POSITIVE_INFINITY }),
    });
    expect(engine.clock.now()).toBeGreaterThanOrEqual(4000);
    expect(engine.statuses()).toEqual(["unknown"]);
  });

  it("is no answer lost: one that comes at the last moment counts", async () => {
    const engine = await runEngine({ rows: 1, timeoutMs: 1000, script: () => ({ afterMs: 1000 }) });
    expect(["answered", "unknown"]).toContain(engine.statuses()[0]);
    expect(engine.transport.sent).toHaveLength(1);
  });

  it("sends a request again that was never written, without an attempt and without risk", async () => {
    const engine = await runEngine({
      rows: 1,
      timeoutMs: 1000,
      maxAttempts: 1,
      script: ({ attempt }) =>
        attempt === 0
          ? { afterMs: Number.POSITIVE_INFINITY, writtenAfterMs: Number.POSITIVE_INFINITY }
          : answer(),
    });
    expect(engine.delivered[0]).toMatchObject({ status: "answered", attempts: 1 });
    expect(await engine.ledger.totals()).toMatchObject({
      atRisk: 0,
      attempts: { unprocessed: 1, answered: 1 },
    });
  });
});
