import { describe, expect, it } from "vitest";
import { compatible } from "../../src/provider/compatible.ts";
import { ParkedLanes } from "../../src/sluice/fetch-parked.ts";
import { answer, response, throttled } from "../engine/wire-ends.ts";

const asked = { path: "/chat/completions", model: "m" };
const ending = (end: ReturnType<typeof answer>) => compatible.classify(end, asked);

describe("lanes whose provider asks for a long wait", () => {
  it("answer with it until it is short", () => {
    const lanes = new ParkedLanes();
    const end = throttled(600);
    expect(lanes.saw("m", end, ending(end), 1000)).toBe(true);
    expect(lanes.answerFor("m", 500_000)).toBe(end);
    expect(lanes.answerFor("other", 500_000)).toBeNull();
    expect(lanes.answerFor("m", 511_000)).toBeNull();
    expect(lanes.answerFor("m", 500_000)).toBeNull();
  });

  it.each([
    ["an answer", answer()],
    ["a wait of a minute and a half", throttled(90)],
    ["a 429 that asks for nothing", throttled()],
  ])("are none after %s", (_what, end) => {
    const lanes = new ParkedLanes();
    expect(lanes.saw("m", end, ending(end), 0)).toBe(false);
    expect(lanes.answerFor("m", 0)).toBeNull();
  });

  it("give up whoever met a daily limit, even where nobody says for how long", () => {
    const lanes = new ParkedLanes();
    const end = response(429, { error: { message: "Rate limit reached for requests per day (RPD)" } });
    const daily = {
      ...ending(end),
      kind: "throttled",
      reason: "daily",
      retryAfterMs: null,
      named: null,
    } as const;
    expect(lanes.saw("m", end, daily, 0)).toBe(true);
    expect(lanes.answerFor("m", 0)).toBeNull();
  });
});
