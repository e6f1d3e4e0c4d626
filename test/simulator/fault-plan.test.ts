import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/model/errors.ts";
import { faultFor, parseFaultRule } from "../../src/simulator/fault-plan.ts";
import { randomFor } from "../../src/simulator/random.ts";

const request = (more: Partial<{ number: number; elapsedMs: number; stream: boolean }> = {}) => ({
  number: 1,
  elapsedMs: 0,
  stream: false,
  ...more,
});
const random = () => randomFor(0, 1, 2, 3);

describe("a fault rule", () => {
  it.each([
    ["500", { rate: 1, during: null, requests: null, delayMs: null }],
    ["500:5%", { rate: 0.05 }],
    ["500:0.25", { rate: 0.25 }],
    ["503@10s-30s", { during: { fromMs: 10_000, toMs: 30_000 } }],
    ["500#3,7", { requests: new Set([3, 7]) }],
    ["504:1%+60s", { rate: 0.01, delayMs: 60_000 }],
    ["rst-7-mid:2%@1s-2s", { rate: 0.02, during: { fromMs: 1000, toMs: 2000 } }],
  ])("reads %s", (text, expected) => {
    expect(parseFaultRule(text)).toMatchObject(expected);
  });

  it.each([
    "",
    "500:",
    "nonsense",
    "500:150%",
    "500:x",
    "503@10s",
    "503@30s-10s",
    "500#a",
    "500+5",
    "500 5%",
  ])("refuses %j with one sentence", (text) => {
    expect(() => parseFaultRule(text)).toThrow(UsageError);
    expect(() => parseFaultRule(text)).toThrow(/^--fault .*\.$/);
  });

  it("strikes the numbered requests only", () => {
    const rules = [parseFaultRule("500#3,7")];
    const struck = [1, 2, 3, 4, 7, 8].filter((number) => faultFor(rules, request({ number }), random()));
    expect(struck).toEqual([3, 7]);
  });

  it("strikes during its span only", () => {
    const rules = [parseFaultRule("503@10s-30s")];
    const struck = [0, 9999, 10_000, 29_999, 30_000].filter((elapsedMs) =>
      faultFor(rules, request({ elapsedMs }), random()),
    );
    expect(struck).toEqual([10_000, 29_999]);
  });

  it("strikes at its rate", () => {
    const rules = [parseFaultRule("500:5%"), parseFaultRule("502:5%")];
    const struck = Array.from({ length: 20_000 }, (_, i) =>
      faultFor(rules, request(), randomFor(0, i, 0, 2)),
    );
    const share = (name: string) => struck.filter((rule) => rule?.fault.name === name).length / struck.length;
    expect(share("500")).toBeCloseTo(0.05, 2);
    expect(share("502")).toBeCloseTo(0.0475, 2);
  });

  it("leaves other requests alone when it is for streams", () => {
    const rules = [parseFaultRule("stream-cut")];
    expect(faultFor(rules, request(), random())).toBeNull();
    expect(faultFor(rules, request({ stream: true }), random())?.fault.name).toBe("stream-cut");
  });
});
