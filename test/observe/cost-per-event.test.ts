import { expect, test } from "vitest";
import { systemClock } from "../../src/model/clock.ts";
import { createObserver } from "../../src/observe/index.ts";
import { answered, ended, SENT, settled } from "./events.ts";

test("memory and work do not grow with the number of events", () => {
  const { listener, snapshot } = createObserver({ clock: systemClock });
  const events = [SENT, ended(answered(), { latencyMs: 1234 }), settled()];
  const passes = 60_000;
  const timed = () => {
    const from = performance.now();
    for (let pass = 0; pass < passes; pass += 1) for (const event of events) listener(event);
    return (performance.now() - from) / (passes * events.length);
  };
  timed();
  // One microsecond is the aim; the bound leaves room for a busy machine, not for work that grows.
  expect(Math.min(timed(), timed(), timed())).toBeLessThan(0.004);
  expect(snapshot().attempts).toBe(4 * passes);
});
