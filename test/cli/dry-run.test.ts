import { describe, expect, it } from "vitest";
import { reckon } from "../../src/app/dry-run.ts";
import type { PreviewFacts } from "../../src/app/preview.ts";
import { dryRunJson, renderDryRun } from "../../src/cli/dry-run.ts";
import type { Limit } from "../../src/model/limits.ts";
import { lane, SEEN } from "../app/preview-lane.ts";

const RPS: Limit = { dimension: "requests", perWindow: 10, windowMs: 1000, source: "published" };

function facts(over: Partial<PreviewFacts> = {}): PreviewFacts {
  const size = { rows: 100, todo: 80, standings: ["20 answered"], lanes: [lane()] };
  return {
    ...size,
    provider: "P",
    simulated: false,
    copies: { waiting: 0, settled: 0 },
    maxConcurrent: null,
    replaced: [],
    budget: null,
    ...over,
  };
}

describe("a dry run's report", () => {
  it("says unknown where nothing is known", () => {
    expect(renderDryRun(reckon(facts())).split("\n")).toEqual([
      "Dry run: nothing was sent, and no file was changed.",
      "Rows     100 rows, 80 to send; 20 answered",
      "Model    a at P",
      "Limits   no known limits",
      "Tokens   1,000 in, 4,000–80,000 out",
      "Money    unknown",
      "Time     unknown",
      "Binds    nothing that is known beforehand",
      "",
    ]);
    expect(dryRunJson(reckon(facts()))).toMatchObject({ cost_usd: null, seconds_at_least: null });
  });

  it("says how many rows are equal to others", () => {
    const dry = reckon(facts({ copies: { waiting: 1200, settled: 3 } }));
    expect(renderDryRun(dry)).toContain(
      "Rows     100 rows, 80 to send, 1,200 more take the outcome of one of them, 3 took the outcome of an equal row; 20 answered\n",
    );
    expect(dryRunJson(dry)).toMatchObject({ to_send: 80, copies: { waiting: 1200, settled: 3 } });
  });

  it("says for how many rows a budget lasts that binds before the limits do", () => {
    const terms = { limit: 1e9, spent: 2e8, mode: "strict" as const, openEnded: 1 };
    const budget = { terms, openEnded: 0, each: 0 };
    const dry = reckon(facts({ budget, lanes: [lane({ experience: SEEN, limits: [RPS] })] }));
    expect(dry.budgetLasts).toEqual({ low: 32, high: 53 });
    expect(renderDryRun(dry)).toMatch(
      /^Binds {4}the budget, after 32–53 of 80 rows; until then 10 requests\/s \(published\)$/m,
    );
    expect(dryRunJson(dry).budget).toMatchObject({ usd: 0.1, spent_usd: 0.02, passed_at_most_usd: 0 });
  });
});
