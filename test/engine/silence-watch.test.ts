import { describe, expect, it } from "vitest";
import { runEngine, startEngine } from "./engine.ts";
import { answer } from "./wire-ends.ts";

const NEVER = Number.POSITIVE_INFINITY;
const IN_BODY = { beforeBodyMs: NEVER, inBodyMs: 60_000 };

describe("a provider that falls silent", () => {
  it("in the middle of a body is given up; the row is held as unknown, its money at risk", async () => {
    const engine = await runEngine({
      silence: IN_BODY,
      script: () => ({ headAfterMs: 100, chunksAfterMs: [100, 5000], afterMs: NEVER }),
    });
    expect(engine.delivered[0]).toMatchObject({
      status: "unknown",
      error: { code: "silence", message: "not a byte for 60 s; it may still be billed" },
    });
    expect(engine.clock.now()).toBe(65_000);
    expect(engine.transport.sent).toHaveLength(1);
    expect(
      (await engine.ledger.totals()).unpricedAtRisk + (await engine.ledger.totals()).atRisk,
    ).toBeGreaterThan(0);
  });

  it("before a body whose length it announced is given up, too", async () => {
    const engine = await runEngine({
      silence: IN_BODY,
      script: () => ({
        headAfterMs: 1000,
        head: { status: 200, headers: { "content-length": "1000" } },
        afterMs: NEVER,
      }),
    });
    expect(engine.delivered[0]?.error?.code).toBe("silence");
    expect(engine.clock.now()).toBeLessThanOrEqual(61_000);
  });

  it("before its answer begins is waited for, as long as the attempt may take", async () => {
    const engine = await runEngine({
      silence: IN_BODY,
      script: () => ({ headAfterMs: 10, afterMs: 3_000_000 }),
    });
    expect(engine.statuses()).toEqual(["answered"]);
  });

  it("before its answer begins is given up where that was asked for", async () => {
    const engine = await runEngine({
      silence: { beforeBodyMs: 120_000, inBodyMs: 120_000 },
      script: () => ({ writtenAfterMs: 30_000, afterMs: NEVER }),
    });
    expect(engine.delivered[0]?.error?.code).toBe("silence");
    expect(engine.clock.now()).toBe(150_000);
  });

  it("is no reason to give up an answer that we ourselves hold up", async () => {
    const engine = await runEngine({
      silence: IN_BODY,
      script: () => ({ headAfterMs: 10, chunksAfterMs: [20], afterMs: 500_000, isHeldUp: true }),
    });
    expect(engine.statuses()).toEqual(["answered"]);
  });

  it("is told apart from a slow one, whose bytes come one by one", async () => {
    const chunksAfterMs = Array.from({ length: 50 }, (_, index) => 50_000 * (index + 1));
    const engine = await runEngine({
      silence: IN_BODY,
      script: ({ row }) => (row === 0 ? { chunksAfterMs, afterMs: 2_500_001 } : answer()),
      rows: 3,
    });
    expect(engine.statuses()).toEqual(["answered", "answered", "answered"]);
  });
});

it("is looked for a few times in the run, not for each request", async () => {
  const engine = await startEngine({ rows: 2000, silence: IN_BODY, maxConcurrent: 10 });
  let looks = 0;
  const after = engine.clock.after.bind(engine.clock);
  engine.clock.after = (ms, ring) => {
    if (ms > 1000) looks += 1;
    return after(ms, ring);
  };
  await engine.end();
  expect(engine.statuses()).toHaveLength(2000);
  expect(looks).toBeLessThanOrEqual(60);
});
