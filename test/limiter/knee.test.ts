import { describe, expect, it } from "vitest";
import { Knee } from "../../src/limiter/knee.ts";
import { ANSWERED } from "./drive.ts";

/** A server that answers `slots` at a time, each in a second, driven at as many in flight as the knee allows. */
function play(answers: number, latencyAt: (inFlight: number, now: number) => number, wish = 200): Knee {
  const knee = new Knee();
  const flying: { at: number; latencyMs: number; sequence: number }[] = [];
  let now = 0;
  let sequence = 0;
  for (let done = 0; done < answers; done += 1) {
    const most = Math.min(wish, 4 + done, Math.floor(knee.most));
    while (flying.length < most) {
      const latencyMs = latencyAt(flying.length + 1, now);
      knee.sent(sequence);
      flying.push({ at: now + latencyMs, latencyMs, sequence });
      sequence += 1;
    }
    flying.sort((one, other) => one.at - other.at);
    const next = flying.shift();
    if (next === undefined) throw new Error("nothing is in flight");
    now = next.at;
    const feedback = { ...ANSWERED, latencyMs: next.latencyMs, outputTokens: 70 };
    knee.answered(now, next.sequence, flying.length + 1, feedback);
  }
  return knee;
}

describe("the knee", () => {
  it("bounds nothing while answers take as long as ever", () => {
    expect(play(3000, () => 1000).most).toBe(Number.POSITIVE_INFINITY);
  });

  it("finds about how many a server answers at a time, and stays near", () => {
    const { most } = play(6000, (inFlight) => 1000 * Math.max(1, inFlight / 30));
    expect(most).toBeGreaterThan(25);
    expect(most).toBeLessThan(70);
  });

  it("goes back to as many as before where answers got slower for reasons of the provider", () => {
    const { most } = play(6000, (_, now) => (now < 10_000 ? 1000 : 3000));
    expect(most).toBeGreaterThan(150);
  });
});
