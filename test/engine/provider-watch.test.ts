import { describe, expect, it } from "vitest";
import { Attempt } from "../../src/engine/attempt.ts";
import { jobOf } from "../../src/engine/job.ts";
import { LaneWork } from "../../src/engine/lane-work.ts";
import { ProviderWatch } from "../../src/engine/provider-watch.ts";
import { createLaneRegistry } from "../../src/limiter/index.ts";
import type { Ending } from "../../src/model/ending.ts";

const facts = { code: "c", message: "m", body: null, requestId: null };
const reply = { model: null, finishReason: null, empty: false, usage: null, cost: null };
const unreached: Ending = { kind: "unprocessed", ...facts, status: null };
const timeout: Ending = { kind: "ambiguous", ownTimeout: true, ...facts, status: null };
const throttled: Ending = {
  ...facts,
  ...{ kind: "throttled", status: 429, reason: "rate", retryAfterMs: null, named: null },
};
const overloaded: Ending = { ...throttled, status: 503, reason: "overloaded" };
const failed: Ending = { kind: "transient", ...facts, status: 500 };
const cut: Ending = { kind: "ambiguous", ownTimeout: false, ...facts, status: null };
const refused: Ending = { kind: "rejected", ...facts, status: 403, unexplained: true, feePossible: false };
const answered: Ending = { kind: "answered", ...facts, status: 200, body: new Uint8Array(), reply };

const MINUTES = 60_000;

function watching() {
  const watch = new ProviderWatch(null);
  const limiter = createLaneRegistry().lane({ account: "a", model: "m" }, { limits: [] });
  const lane = new LaneWork("m", limiter);
  let rows = 0;
  const attempt = (now: number) => {
    rows += 1;
    const place = { index: rows, line: rows, customId: null, offset: 0, length: 0, lane: "m" };
    const request = { path: "/p", model: "m", body: new Uint8Array(9), maxTokens: null, samples: 1 };
    const job = jobOf(place, request);
    const nobody = { written: () => {}, begun: () => {}, heard: () => {}, headed: () => {}, ended: () => {} };
    return new Attempt(job, lane, limiter.sent(now, job.load), now, nobody);
  };
  const saw = (ending: Ending, now = 0, inFlight = 0) => watch.saw(attempt(now), ending, now, inFlight);
  return { watch, lane, attempt, saw };
}

describe("the watch over the provider", () => {
  it("takes a response for a sign of life, and a timeout of our own for none", () => {
    const { watch, saw } = watching();
    for (let send = 0; send < 3; send += 1) saw(unreached);
    saw(timeout, 10);
    expect(watch.reach.admit(10)).toBeGreaterThan(0);
    saw(throttled, 20);
    expect(watch.reach.admit(20)).toBe(0);
  });

  it.each([
    ["server errors", failed],
    ["answers that are cut", cut],
  ])("opens the breaker of the lane where all that comes are %s", (_, ending) => {
    const { watch, lane, saw } = watching();
    for (let send = 0; send < 5; send += 1) {
      expect(lane.breaker.isOpen).toBe(false);
      saw(ending);
    }
    expect(lane.breaker.isOpen).toBe(true);
    expect(watch.reach.isOpen).toBe(false);
  });

  it.each([
    ["429s", throttled],
    ["503s, for which the gate waits", overloaded],
    ["timeouts of our own", timeout],
  ])("leaves it closed for %s", (_, ending) => {
    const { lane, saw } = watching();
    for (let send = 0; send < 50; send += 1) saw(ending);
    expect(lane.breaker.isOpen).toBe(false);
  });

  it("does not count a row that is set aside", () => {
    const { watch, lane, attempt } = watching();
    for (let send = 0; send < 20; send += 1) {
      const one = attempt(0);
      one.job.isSetAside = true;
      watch.saw(one, failed, 0, 0);
    }
    expect(lane.breaker.isOpen).toBe(false);
  });

  it.each([
    ["could not be reached", unreached],
    ["failed every request", failed],
    ["was overloaded", overloaded],
  ])("stops the run when the provider %s for ten minutes", (words, ending) => {
    const { saw } = watching();
    for (let minute = 0; minute <= 10; minute += 2) expect(saw(ending, minute * MINUTES)).toBeNull();
    expect(saw(ending, 10 * MINUTES + 1)).toMatchObject({
      reason: "account",
      message: `the provider ${words} for 10 minutes: m`,
    });
  });

  it("does not stop it while something in flight may still be answered, nor after few failures far apart", () => {
    const busy = watching();
    for (let minute = 0; minute <= 30; minute += 1) expect(busy.saw(failed, minute * MINUTES, 1)).toBeNull();
    const idle = watching();
    for (const minute of [0, 8, 16, 24]) expect(idle.saw(failed, minute * MINUTES)).toBeNull();
  });

  it("counts refusals that nobody can explain until an answer comes", () => {
    const { saw } = watching();
    for (let send = 0; send < 19; send += 1) expect(saw(refused)).toBeNull();
    saw(answered);
    for (let send = 0; send < 19; send += 1) expect(saw(refused)).toBeNull();
    expect(saw(throttled)).toBeNull();
    expect(saw(refused)).toMatchObject({ reason: "account" });
  });

  it("asks for the address where all that comes are paths that nobody serves", () => {
    const { saw } = watching();
    const noPath: Ending = { ...refused, status: 404, message: "Not Found" };
    for (let send = 0; send < 19; send += 1) saw(noPath);
    expect(saw(noPath)?.message).toBe(
      "20 requests in a row were refused: Not Found; is the address right? See --base-url",
    );
  });

  it("lets the first answer of a new ledger say what its answers are", () => {
    const { watch } = watching();
    expect(watch.sawAnswer(true)).toBeNull();
    expect(watch.sawAnswer(true)).toBeNull();
    expect(watch.sawAnswer(false)?.message).toContain("--fresh");
  });
});
