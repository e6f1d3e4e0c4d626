import { describe, expect, it } from "vitest";
import { Slots } from "../../src/limiter/slots.ts";

const full = Number.POSITIVE_INFINITY;

/** Takes as many slots as it is given at once. */
function fill(slots: Slots, holder: object, now = 0): number {
  let taken = 0;
  while (slots.wait(now, holder) === 0) {
    slots.take(holder);
    taken += 1;
  }
  return taken;
}

describe("the slots of an account", () => {
  it("are all one lane's where no other wants any", () => {
    const slots = new Slots(5);
    const lane = {};
    expect(fill(slots, lane)).toBe(5);
    slots.give(lane);
    expect(fill(slots, lane)).toBe(1);
  });

  it("go to the lane that holds fewest, until both hold as many", () => {
    const slots = new Slots(6);
    const [slow, quick] = [{}, {}];
    fill(slots, slow);
    expect(slots.wait(0, quick)).toBe(full);
    for (let freed = 1; freed <= 3; freed += 1) {
      slots.give(slow);
      expect(slots.wait(freed, slow)).toBeGreaterThan(0);
      expect(slots.wait(freed, quick)).toBe(0);
      slots.take(quick);
      expect(slots.wait(freed, quick)).toBe(full);
    }
    slots.give(slow);
    expect(slots.wait(9, quick)).toBeGreaterThan(0);
    expect(slots.wait(9, slow)).toBe(0);
  });

  it("are given to whoever asks once the one that held fewest has not come back for a second", () => {
    const slots = new Slots(4);
    const [busy, gone] = [{}, {}];
    fill(slots, busy);
    expect(slots.wait(0, gone)).toBe(full);
    slots.give(busy);
    expect(slots.wait(400, busy)).toBe(1000);
    expect(slots.wait(1400, busy)).toBe(0);
  });

  it("are free for all where there are more of them than lanes that wait", () => {
    const slots = new Slots(4);
    const [busy, other] = [{}, {}];
    fill(slots, busy);
    slots.wait(0, other);
    for (let freed = 0; freed < 3; freed += 1) slots.give(busy);
    expect(slots.wait(1, busy)).toBe(0);
  });
});
