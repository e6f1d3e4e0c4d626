import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { FollowedSignals } from "../../src/sluice/followed-signals.ts";

const listeners = (signal: AbortSignal) => getEventListeners(signal, "abort").length;

describe("the signals of calls", () => {
  it("are followed by one listener each, for as long as somebody does", () => {
    const signals = new FollowedSignals();
    const { signal } = new AbortController();
    const ends = [1, 2, 3].map(() => signals.follow(signal, () => {}));
    expect(listeners(signal)).toBe(1);
    for (const end of ends) end();
    expect(listeners(signal)).toBe(0);
    const last = signals.follow(signal, () => {});
    for (const end of ends) end();
    expect(listeners(signal)).toBe(1);
    last();
    expect(listeners(signal)).toBe(0);
  });

  it("tell everybody the reason once, but not whoever left", () => {
    const signals = new FollowedSignals();
    const stop = new AbortController();
    const told: unknown[] = [];
    signals.follow(stop.signal, (reason) => told.push(reason));
    const leave = signals.follow(stop.signal, () => told.push("left"));
    const stay = signals.follow(stop.signal, (reason) => told.push(reason));
    leave();
    stop.abort("enough");
    stay();
    expect(told).toEqual(["enough", "enough"]);
    expect(listeners(stop.signal)).toBe(0);
  });
});
