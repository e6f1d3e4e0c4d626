import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderBlock, renderPipeLine } from "../../src/cli/screen/live-block.ts";
import { displayWidth } from "../../src/cli/screen/plain-text.ts";
import type { Binding } from "../../src/model/limits.ts";
import type { LaneView, Snapshot } from "../../src/observe/index.ts";
import { LANE, midRun, tally } from "./snapshots.ts";

const blockAt = (columns: number, snapshot: Snapshot = midRun()) =>
  renderBlock(snapshot, { columns, colour: false });
const stateOf = (differences: Partial<Snapshot>) => blockAt(140, midRun(differences))[3];

test("at 80 columns", () => {
  expect(blockAt(80)).toEqual([
    "━━━━━━━━━━━━━━━━━━━━━━━━━━━━──────────────────  823/1,319  62%  36.9/s  ETA 13s",
    "92 in flight · 820 answered · 2 rejected · 1 failed · 3 throttled · 6 retried",
    "41,203 tokens/s · cost $0.41 so far · $0.0012 at risk",
    "bound by requests per second: 98% of 37",
    "98% of 37 requests/s (published) · 12% of 10,000,000 tokens/min (published)",
  ]);
});

test("at 140 columns", () => {
  expect(blockAt(140)).toEqual([
    "━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━───────────────────────  823/1,319  62%  36.9/s  ETA 13s",
    "92 in flight · 820 answered · 2 rejected · 1 failed · 3 throttled · 6 retried",
    "41,203 tokens/s · cost $0.41 so far · $0.0012 at risk",
    "bound by requests per second: 98% of 37",
    "98% of 37 requests/s (published) · 12% of 10,000,000 tokens/min (published)",
  ]);
});

test("the last rows are waited for by name", () => {
  const tail = { label: "request-17", ms: 250_000, more: 2 };
  expect(stateOf({ tail })).toBe("waiting for request-17 (4m 10s) and 2 more");
  expect(stateOf({ tail: { ...tail, more: 0 } })).toBe("waiting for request-17 (4m 10s)");
  expect(renderPipeLine(midRun({ tail }))).toContain("waiting for request-17 (4m 10s) and 2 more");
});

test("colours change nothing but the colour", () => {
  const coloured = renderBlock(midRun(), { columns: 80, colour: true });
  expect(coloured.map(stripVTControlCharacters)).toEqual(blockAt(80));
  expect(coloured.join("")).toContain("\u001b[32m");
  expect(blockAt(80).join("")).not.toContain("\u001b");
});

test("a run that resumes says what was done before, and the money of all runs", () => {
  const snapshot = midRun({ done: 1000, inAll: tally({ answered: 997, cost: 21_000_000_000 }) });
  expect(blockAt(140, snapshot).slice(1, 3)).toEqual([
    "92 in flight · 997 answered · 2 rejected · 1 failed · 3 throttled · 6 retried · 177 done before",
    "41,203 tokens/s · cost $0.41 so far · $0.0012 at risk · $2.10 in all runs",
  ]);
});

test("unknown money is called unknown, never zero", () => {
  const money = (differences: Parameters<typeof tally>[0]) => {
    const run = tally({ atRisk: 0, ...differences });
    return blockAt(140, midRun({ run, inAll: run }))[2]?.replace("41,203 tokens/s · ", "");
  };
  expect(money({ cost: 0, unknownCost: 820 })).toBe("cost unknown so far");
  expect(money({ unknownCost: 1 })).toBe("cost $0.41 and 1 answer of unknown cost so far");
  expect(money({ unpricedAtRisk: 2 })).toBe("cost $0.41 so far · 2 attempts of unknown cost at risk");
  expect(money({ cost: 0, answered: 0 })).toBe("$0.00 so far");
  expect(money({ cost: 12_345_670_000_000 })).toBe("cost $1,234.57 so far");
});

describe("a line for each model", () => {
  const lanesOf = (lanes: readonly Partial<LaneView>[], columns = 140) =>
    blockAt(columns, midRun({ lanes: lanes.map((lane) => ({ ...LANE, ...lane })) })).slice(4);
  const untilWall = new Date(2026, 10, 26, 0, 0, 3).getTime();
  const parked = { reason: "the daily limit is used up", untilWall, forMs: 18_000_000, parked: true };

  test("tells its limits, where each comes from, how much is used, and what binds", () => {
    const limits = LANE.limits.map((limit) => ({ ...limit, source: "429" as const }));
    expect(
      lanesOf([
        { lane: "a", binding: "rps" },
        { lane: "b", binding: "concurrency", inFlight: 3, limits: [] },
        { lane: "c", binding: "nothing", inFlight: 1, limits },
      ]),
    ).toEqual([
      "a: 92 in flight · bound by requests per second · 98% of 37 requests/s (published) · 12% of 10,000,000 tokens/min (published)",
      "b: 3 in flight · bound by concurrency · no known limits",
      "c: 1 in flight · 98% of 37 requests/s (from a 429) · 12% of 10,000,000 tokens/min (from a 429)",
    ]);
  });

  test("tells until when it is parked, with the day where that is another one", () => {
    expect(lanesOf([{ lane: "a" }, { lane: "b", paused: parked }])[1]).toBe(
      "b is parked for another 5h 00m, until Thu Nov 26 00:00:03: the daily limit is used up",
    );
  });

  test("is for the busiest four, and for those that wait", () => {
    const many = Array.from({ length: 12 }, (_, model) => ({
      lane: `m${model}`,
      inFlight: model,
      limits: [],
    }));
    expect(
      lanesOf([{ lane: "p", inFlight: 0, paused: parked }, ...many]).map((line) => line.split(/: | is /)[0]),
    ).toEqual(["p", "m9", "m10", "m11", "and 9 more models"]);
  });

  test("is none for one model that nobody knows a limit of", () => {
    expect(lanesOf([{ limits: [] }])).toEqual([]);
  });

  test("calls a learned limit by its fraction", () => {
    const limits = LANE.limits.map((limit) => ({ ...limit, perWindow: 0.42, source: "learned" as const }));
    expect(lanesOf([{ limits }])[0]).toContain("98% of 0.4 requests/s (learned)");
  });
});

describe("the line that says what holds the run", () => {
  const bound = (by: Binding, share = 1) => stateOf({ bound: { by, share } });

  test("names what binds, with the share of it that is used", () => {
    expect(bound("rps")).toBe("bound by requests per second: 98% of 37");
    expect(bound("tpm")).toBe("bound by tokens per minute: 12% of 10,000,000");
    expect(bound("rpm")).toBe("bound by requests per minute");
    expect(bound("concurrency")).toBe("bound by concurrency: 92 in flight");
    expect(bound("disk", 0.73)).toBe("bound by the disk: 73% of the time");
    expect(bound("provider")).toBe("bound by the provider");
    expect(bound("nothing")).toBe("bound by nothing: all that is left is in flight");
  });

  test("shows the fullest limit of several lanes", () => {
    const limits = LANE.limits.map((limit) => ({ ...limit, perWindow: 5, usedShare: 1 }));
    expect(stateOf({ lanes: [LANE, { ...LANE, limits }] })).toBe("bound by requests per second: 100% of 5");
  });

  test("is empty when nothing is known", () => {
    expect(stateOf({ bound: null })).toBe("");
    expect(stateOf({ bound: { by: "nothing", share: 1 }, inFlight: 0 })).toBe("");
  });

  test("says until when a lane waits, in the provider's words without its escape codes", () => {
    const untilWall = 1_700_000_000_000;
    const until = new Date(untilWall).toTimeString().slice(0, 8);
    const reason = "daily\u001b[2J limit\r\nreached";
    expect(
      stateOf({ paused: { lane: "grok-4.3", reason, untilWall, forMs: 3_723_000, parked: false } }),
    ).toBe(`grok-4.3 waits for another 1h 02m, until ${until}: daily limit reached`);
    expect(
      stateOf({ paused: { lane: "m", reason: "at capacity", untilWall: null, forMs: null, parked: false } }),
    ).toBe("m waits: at capacity");
  });

  test("says of several models that all wait, and until when the first does", () => {
    const paused = { reason: "no more today", untilWall: 1_700_000_000_000, forMs: 60_000, parked: true };
    const all = (lanes: LaneView[]) =>
      blockAt(140, midRun({ lanes, paused: { lane: "m", ...paused } })).slice(3);
    const another = { ...LANE, paused: { ...paused, reason: "no capacity left" } };
    const one = { ...LANE, paused };
    expect(all([one, another])[0]).toMatch(
      /^every model waits, the first for another 1m 00s, until [\d:]{8}$/,
    );
    expect(all([one, another])).toHaveLength(3);
    expect(all([one, one])).toEqual([
      expect.stringMatching(/, the first for another 1m 00s, .*: no more today$/),
    ]);
  });

  test("says why the run stops, before anything else", () => {
    const stopping = { reason: "signal", message: "interrupted" };
    expect(
      stateOf({ stopping, paused: { lane: "m", reason: "x", untilWall: null, forMs: null, parked: false } }),
    ).toBe("stopping: interrupted; finishing 92 in flight");
  });
});

test("before the start and without an ETA nothing is invented", () => {
  expect(blockAt(30, midRun({ phase: "starting" }))[0]).toMatch(/starting$/);
  expect(blockAt(80, midRun({ etaMs: null }))[0]).toMatch(/ETA unknown$/);
  expect(blockAt(80, midRun({ rows: 0, done: 0 }))[0]).toMatch(/ 0\/0 {2}0% /);
});

test("a pipe's line holds everything, in one line", () => {
  expect(renderPipeLine(midRun())).toBe(
    "823/1,319  62%  36.9/s  ETA 13s · 92 in flight · 820 answered · 2 rejected · 1 failed · 3 throttled · 6 retried" +
      " · 41,203 tokens/s · cost $0.41 so far · $0.0012 at risk · bound by requests per second: 98% of 37" +
      " · 98% of 37 requests/s (published), 12% of 10,000,000 tokens/min (published)",
  );
});

test("no line reaches the last column, whatever a provider says and however narrow the terminal", () => {
  const words = fc.string({ unit: "grapheme", maxLength: 200 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      words,
      fc.nat(1e9),
      fc.boolean(),
      (columns, message, amount, colour) => {
        const run = tally({ answered: amount, cost: amount * 1e6, unpricedAtRisk: amount });
        for (const differences of [
          { stopping: { reason: "account", message } },
          { paused: { lane: message, reason: message, untilWall: null, forMs: null, parked: false } },
          { run, inAll: run, done: amount, rows: amount * 3, etaMs: amount * 1000, rate: amount },
        ]) {
          for (const line of renderBlock(midRun(differences), { columns, colour })) {
            const plain = stripVTControlCharacters(line);
            expect(plain).not.toMatch(/\p{Cc}/u);
            expect(displayWidth(plain)).toBeLessThanOrEqual(Math.max(1, columns - 1));
          }
        }
      },
    ),
  );
});
