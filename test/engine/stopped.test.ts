import { describe, expect, it } from "vitest";
import { type Engine, startEngine } from "./engine.ts";
import type { EngineOptions } from "./engine-options.ts";
import { answer, unreached } from "./wire-ends.ts";

const NEVER = Number.POSITIVE_INFINITY;
const HOUR_MS = 3_600_000;

/** A process that is stopped a tenth of a second after its start, and wakes up so much later. */
async function stoppedFor(ms: number, options: EngineOptions): Promise<Engine> {
  const engine = await startEngine(options);
  await engine.pass(100);
  engine.clock.stall(ms);
  await engine.end();
  return engine;
}

describe("a process that was stopped", () => {
  it.each<[string, EngineOptions]>([
    ["the timeout", { timeoutMs: 10_000 }],
    ["the silence that is allowed", { silence: { beforeBodyMs: 10_000, inBodyMs: 10_000 } }],
  ])(
    "beyond %s takes the answers that are read once it goes on, and sends nothing twice",
    async (_, options) => {
      const engine = await stoppedFor(30_000, { rows: 4, script: () => ({ afterMs: 30_150 }), ...options });
      expect(engine.statuses()).toEqual(Array(4).fill("answered"));
      expect(engine.sentRows()).toEqual([0, 1, 2, 3]);
      expect((await engine.ledger.totals()).atRisk).toBe(0);
    },
  );

  it("takes nothing for a straggler that came meanwhile", async () => {
    const engine = await startEngine({
      hedge: true,
      rows: 104,
      maxConcurrent: 200,
      script: ({ row }) => (row < 100 ? answer("yes", 1) : { afterMs: 30_200, end: answer("yes", 1) }),
    });
    await engine.pass(150);
    engine.clock.stall(30_000);
    await engine.end();
    expect(engine.statuses()).toEqual(Array(104).fill("answered"));
    expect(engine.transport.sent).toHaveLength(104);
  });

  it("gives up what does not come a few seconds later either", async () => {
    const engine = await stoppedFor(30_000, { timeoutMs: 10_000, script: () => ({ afterMs: NEVER }) });
    expect(engine.delivered[0]).toMatchObject({ status: "unknown", error: { code: "timeout" } });
    expect(engine.clock.now()).toBe(100 + 30_000 + 5000);
  });

  it("for a night does not take the provider for lost because it could not be reached before", async () => {
    const script: EngineOptions["script"] = ({ now }) => (now < 9 * HOUR_MS ? unreached : answer());
    const engine = await startEngine({ rows: 20, script });
    await engine.pass(60_000);
    engine.clock.stall(9 * HOUR_MS - 120_000);
    const { stop } = await engine.end();
    expect(stop).toBeNull();
    expect(engine.statuses()).toEqual(Array(20).fill("answered"));
  });
});
