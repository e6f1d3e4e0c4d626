import { describe, expect, it } from "vitest";
import type { AnswerCache, KeptAnswer } from "../../src/model/answer-cache.ts";
import { runEngine } from "./engine.ts";
import type { EngineOptions } from "./engine-options.ts";
import { answer, response, serverError, simulatedAnswer } from "./wire-ends.ts";

const HOUR_MS = 3_600_000;

/** Knows the answers to the rows named, as of an hour before the run. */
function cacheOf(...known: number[]) {
  const kept: string[] = [];
  const rowOf = (body: Uint8Array) => JSON.parse(new TextDecoder().decode(body)).row;
  const old: Omit<KeptAnswer, "wallTime"> = {
    ...{ httpStatus: 200, requestId: null, body: new TextEncoder().encode("{}"), finishReason: "stop" },
    ...{ model: "m", cost: 500 },
  };
  const cache: AnswerCache = {
    look: async (requests) =>
      requests.map(({ body }) => (known.includes(rowOf(body)) ? { ...old, wallTime: -HOUR_MS } : null)),
    keep: ({ body }) => kept.push(`row ${rowOf(body)}`),
    close: async () => {},
  };
  return { cache, kept };
}

function run(cache: AnswerCache, options: EngineOptions = {}) {
  return runEngine({ rows: 6, cache, ...options });
}

describe("answers that were kept", () => {
  it("settle their rows before an intent is made, and cost nothing", async () => {
    const { cache, kept } = cacheOf(1, 4);
    const engine = await run(cache);
    expect(engine.sentRows().toSorted()).toEqual([0, 2, 3, 5]);
    expect(engine.indexes()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(engine.delivered[1]).toMatchObject({ status: "answered", cost: 0, attempts: 0, usage: null });
    expect(kept.toSorted()).toEqual(["row 0", "row 2", "row 3", "row 5"]);
    const reused = engine.events.filter(({ type }) => type === "reused");
    expect(reused).toHaveLength(2);
    expect(reused[0]).toMatchObject({ cost: 500 });
    expect(engine.faults).toEqual([]);
  });

  it("need no provider at all", async () => {
    const engine = await run(cacheOf(0, 1, 2, 3, 4, 5).cache, { order: "completion" });
    expect(engine.sentRows()).toEqual([]);
    expect(engine.indexes().toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("do not count for a limit on what is sent", async () => {
    const engine = await run(cacheOf(0, 1, 2).cache, { limit: 2 });
    expect(engine.sentRows()).toEqual([3, 4]);
  });

  it("do not count for it where rows arrive one by one either", async () => {
    const arrivals: EngineOptions["arrivals"] = async function* (enter) {
      for (let row = 0; ; row += 1) yield [enter({ name: `row ${row}` })];
    };
    const engine = await run(cacheOf(0, 1, 4, 5).cache, { arrivals, limit: 3 });
    expect(engine.sentRows()).toEqual([2, 3, 6]);
    expect(engine.statuses()).toEqual(Array(7).fill("answered"));
  });

  it("are those of copies, too", async () => {
    const rows = [{ name: "a" }, { name: "a" }, { name: "b" }];
    const engine = await run(cacheOf(0).cache, { rows, dedupe: true });
    expect(engine.sentRows()).toEqual([2]);
    expect(engine.statuses()).toEqual(["answered", "answered", "answered"]);
  });

  it.each([
    ["one that failed", serverError],
    ["one that is empty", response(200, { choices: [{ message: { content: "" }, finish_reason: "stop" }] })],
    [
      "one that a filter took",
      response(200, { choices: [{ message: { content: "no" }, finish_reason: "content_filter" }] }),
    ],
    ["a simulator's, for another provider", simulatedAnswer()],
  ])("never include %s", async (_, end) => {
    const { cache, kept } = cacheOf();
    await run(cache, { rows: 1, maxAttempts: 1, script: () => end });
    expect(kept).toEqual([]);
  });

  it("include one that was cut at its token limit", async () => {
    const { cache, kept } = cacheOf();
    const cut = response(200, { choices: [{ message: { content: "so" }, finish_reason: "length" }] });
    await run(cache, { rows: 1, script: () => cut });
    await run(cache, { rows: 1, script: () => answer() });
    expect(kept).toEqual(["row 0", "row 0"]);
  });
});
