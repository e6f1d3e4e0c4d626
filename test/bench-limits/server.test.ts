import { describe, expect, it } from "vitest";
import { PLAIN } from "../../bench/limits/scenario/scenario-parts.ts";
import { Server } from "../../bench/limits/server/server.ts";
import { job, smallScenario, TEN_PER_SECOND } from "./small-scenario.ts";

const TOKENS = {
  dimension: "tokens",
  perWindow: 60_000,
  windowMs: 60_000,
  kind: "bucket",
  burst: 500,
} as const;

/** Sends so many at the same moment and returns what became of the last. */
function receiveMany(server: Server, count: number, now = 0) {
  for (let sent = 1; sent < count; sent += 1) server.receive(now, job());
  return server.receive(now, job());
}

describe("the simulated server", () => {
  it("takes no cost of a request that any of its limits rejects", () => {
    const server = new Server(smallScenario({ limits: [TEN_PER_SECOND, { ...TOKENS, burst: 150 }] }));
    expect(receiveMany(server, 2).is).toBe("throttled");
    expect(server.headers(0, PLAIN.headers)[0]?.remaining).toBe(9);
  });

  it("counts rejected requests where that is its habit", () => {
    const rejecting = new Server(smallScenario({ rejectsCount: true }));
    const other = new Server(smallScenario());
    for (const server of [rejecting, other]) receiveMany(server, 12);
    expect(rejecting.wait(0, job())).toBeCloseTo(300);
    expect(other.wait(0, job())).toBeCloseTo(100);
  });

  it.each([
    ["exact", 100],
    ["whole seconds", 1000],
    ["none", null],
  ] as const)("asks to wait: %s", (retryAfter, expected) => {
    const verdict = receiveMany(new Server(smallScenario({ retryAfter })), 11);
    expect(verdict).toEqual({ is: "throttled", retryAfterMs: expected, named: null });
  });

  it("names the limit that rejects where that is its habit", () => {
    const server = new Server(smallScenario({ limits: [TOKENS], namesLimit: true }));
    expect(receiveMany(server, 6)).toMatchObject({
      named: { dimension: "tokens", limit: 60_000, windowMs: 60_000 },
    });
  });

  it("charges the tokens of an answer when it ends", () => {
    const server = new Server(smallScenario({ limits: [TOKENS] }));
    server.receive(0, job());
    expect(server.headers(0, PLAIN.headers)[0]?.remaining).toBe(400);
    server.finish(0, job(), true);
    expect(server.headers(0, PLAIN.headers)[0]?.remaining).toBe(350);
  });

  it("gives back at the end what it reserved and was not written", () => {
    const server = new Server(smallScenario({ limits: [TOKENS], reservesOutput: true }));
    server.receive(0, job());
    expect(server.headers(0, PLAIN.headers)[0]?.remaining).toBe(300);
    server.finish(0, job(), true);
    expect(server.headers(0, PLAIN.headers)[0]?.remaining).toBe(350);
  });

  it("is slower with load, and overloaded beyond its share", () => {
    const capacity = { slots: 2, rejectsAbove: 1.5 };
    const server = new Server(smallScenario({ limits: [], capacity }));
    expect(receiveMany(server, 2)).toEqual({ is: "admitted", serviceMs: 1000 });
    expect(server.receive(0, job())).toEqual({ is: "admitted", serviceMs: 1500 });
    expect(server.receive(0, job()).is).toBe("overloaded");
  });

  it("tells limits that lie, and none of a second", () => {
    const second = { dimension: "requests", perWindow: 8, windowMs: 1000, kind: "sliding" } as const;
    const server = new Server(smallScenario({ limits: [second, TEN_PER_SECOND] }));
    const told = server.headers(0, { ...PLAIN.headers, factor: 2, tellsWindow: false });
    expect(told).toEqual([
      { dimension: "requests", limit: 1200, windowMs: null, remaining: 20, resetMs: 0, dormant: false },
    ]);
  });

  it("gives a neighbour only what is there", () => {
    const server = new Server(smallScenario());
    receiveMany(server, 10);
    server.receiveForeign(0);
    expect(server.wait(0, job())).toBeCloseTo(100);
    server.yieldToForeign(0);
    expect(server.wait(0, job())).toBeCloseTo(200);
  });
});
