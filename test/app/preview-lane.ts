import type { PreviewLane } from "../../src/app/projection.ts";
import type { LaneExperience } from "../../src/model/experience.ts";

/** What twenty answers of model "a" were like. */
export const SEEN: LaneExperience = {
  lane: "a",
  answers: 20,
  dearest: 5e7,
  cost: { mean: 2e7, deviation: 1e7 },
  inputTokens: { mean: 100, deviation: 0 },
  outputTokens: { mean: 40, deviation: 10 },
  latencyMs: { mean: 4000, deviation: 100 },
};

/** Eighty rows of it, of which nothing else is known. */
export function lane(over: Partial<PreviewLane> = {}): PreviewLane {
  const size = { rows: 80, bodyBytes: 4000, cappedTokens: 0, uncapped: 80 };
  const facts = { price: null, experience: null, limits: [], published: [], tier: null };
  return { model: "a", ...size, ...facts, ...over };
}
