import { describe, expect, it } from "vitest";
import { type PreviewFacts, previewRun } from "../../src/app/preview.ts";
import type { PreviewLane } from "../../src/app/projection.ts";
import type { Limit } from "../../src/model/limits.ts";

const RPS: Limit = { dimension: "requests", perWindow: 10, windowMs: 1000, source: "published" };
const TPM: Limit = { dimension: "tokens", perWindow: 1000, windowMs: 60_000, source: "published" };
const PRICE = { input: 10, cachedInput: 1, output: 100, longFrom: null, longFactor: 1, asOf: "2026-01-01" };

const NO_COPIES = { waiting: 0, settled: 0 };

function lane(over: Partial<PreviewLane> = {}): PreviewLane {
  return {
    model: "a",
    rows: 100,
    bodyBytes: 4000,
    cappedTokens: 0,
    uncapped: 100,
    price: null,
    experience: null,
    limits: [],
    published: [],
    tier: null,
    ...over,
  };
}

function line(over: Partial<PreviewFacts> = {}): string {
  const facts = { rows: 120, todo: 100, standings: [], lanes: [lane()], provider: "P", simulated: false };
  return previewRun({ ...facts, copies: NO_COPIES, maxConcurrent: null, replaced: [], budget: null, ...over })
    .line;
}

describe("the first line", () => {
  it("says unknown where nothing is known, and never zero", () => {
    expect(line()).toBe("120 rows, 100 to send · a at P · no known limits · time and cost unknown");
    expect(line({ lanes: [lane({ price: PRICE }), lane({ model: "b" })] })).toContain("cost unknown");
  });

  it("tells the rows that take the outcome of an equal one", () => {
    expect(line({ copies: { waiting: 15, settled: 5 } })).toContain(
      "120 rows, 100 to send · 15 more take the outcome of one of them · 5 took the outcome of an equal row · a at P",
    );
    expect(line({ copies: { waiting: 1, settled: 0 } })).toContain("1 more takes the outcome of one of them");
    expect(line({ todo: 0, standings: ["120 answered"], copies: { waiting: 0, settled: 5 } })).toBe(
      "120 rows, 0 to send · 5 took the outcome of an equal row · 120 answered",
    );
  });

  it("gives the time that the tightest limit needs", () => {
    expect(line({ lanes: [lane({ limits: [RPS] })] })).toContain("at least 10s");
    const capped = lane({ limits: [RPS, TPM], cappedTokens: 1000, uncapped: 0 });
    expect(line({ lanes: [capped] })).toContain("at least 2m");
  });

  it("names where each limit comes from, and a flag above what is published", () => {
    const flagged: Limit = { ...RPS, perWindow: 20, source: "flag" };
    expect(line({ lanes: [lane({ limits: [RPS, TPM], published: [RPS, TPM], tier: 2 })] })).toContain(
      "10 requests/s (published for tier 2), 1,000 tokens/min (published for tier 2)",
    );
    expect(line({ lanes: [lane({ limits: [flagged], published: [RPS] })] })).toContain(
      "20 requests/s (--rps, above the published 10)",
    );
  });

  it("tells the limits of several models apart, or once where they are the same", () => {
    const two = [lane({ limits: [RPS] }), lane({ model: "b", limits: [RPS] })];
    expect(line({ lanes: two })).toContain("a and b at P · each model 10 requests/s (published)");
    expect(line({ lanes: [lane({ limits: [RPS] }), lane({ model: "b" })] })).toContain(
      "a 10 requests/s (published) · b without known limits",
    );
    const many = ["a", "b", "c", "d"].map((model, place) =>
      lane({ model, limits: [{ ...RPS, perWindow: place + 1 }] }),
    );
    expect(line({ lanes: many })).toContain("4 models at P · limits per model, as published");
  });

  it("ranges the money from short answers to long ones, or to the caps where there are any", () => {
    const facts = (over: Partial<PreviewLane>) => ({
      ...{
        rows: 100,
        todo: 100,
        copies: NO_COPIES,
        standings: [],
        provider: "P",
        simulated: false,
        maxConcurrent: null,
        replaced: [],
        budget: null,
      },
      lanes: [lane({ price: PRICE, ...over })],
    });
    expect(previewRun(facts({})).high).toBe(1000 * 10 + 100 * 1000 * 100);
    expect(previewRun(facts({ cappedTokens: 500, uncapped: 0 })).high).toBe(1000 * 10 + 500 * 100);
    expect(previewRun({ ...facts({}), simulated: true }).high).toBe(0);
  });

  it("goes by the answers so far, where there are enough of them", () => {
    const spread = (mean: number) => ({ mean, deviation: 0 });
    const experience = {
      ...{ lane: "a", answers: 5, dearest: 9, latencyMs: spread(4000) },
      ...{ cost: spread(1e8), inputTokens: spread(7), outputTokens: spread(30) },
    };
    const seen = lane({ price: PRICE, limits: [TPM], experience });
    expect(line({ lanes: [seen] })).toBe(
      "120 rows, 100 to send · a at P · 1,000 tokens/min (published) · at least 3m42s · $1.00–$1.00 · projected from the last 5 answers",
    );
    expect(line({ lanes: [seen], maxConcurrent: 1 })).toContain("at least 6m40s");
    const few = lane({ price: PRICE, experience: { ...experience, answers: 4 } });
    expect(line({ lanes: [few] })).not.toContain("projected");
  });

  it("says what a budget promises", () => {
    const terms = { limit: 5e10, spent: 0, mode: "learned" as const, openEnded: 256 };
    expect(line({ budget: { terms, openEnded: 0, each: 0 } })).toContain(
      "budget $5.00, which is never passed",
    );
    expect(line({ budget: { terms: { ...terms, spent: 1e10 }, openEnded: 20, each: 2.5e10 } })).toContain(
      "budget $5.00 ($1.00 of it spent or at risk), passed at worst by $50.00 (20 answers in flight whose length no cap holds) and $2.50 for each answer lost",
    );
    expect(line({ budget: { terms, openEnded: 1, each: null } })).toContain(
      "passed at worst by an unknown sum (1 answer in flight whose cost nothing bounds)",
    );
  });

  it("tells how rows stand where nothing is left to send", () => {
    expect(line({ todo: 0, lanes: [], standings: ["119 answered", "1 rejected"] })).toBe(
      "120 rows, 0 to send · 119 answered · 1 rejected",
    );
  });
});
