import { once } from "node:events";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import {
  createSluice,
  type RunEvent,
  type RunSource,
  type RunStoppedError,
  UsageError,
} from "../../src/index.ts";
import { provide } from "./fake-provider.ts";
import { collect, prompts, rejection, simulate, statuses, until } from "./simulators.ts";

const MODEL = "grok-4.3";

/** Rows without an end, and what became of their source. */
function endless(): { rows: AsyncGenerator<string>; read: () => number; closed: () => boolean } {
  let read = 0;
  let closed = false;
  async function* rows() {
    try {
      for (;;) {
        read += 1;
        yield `question ${read - 1}`;
      }
    } finally {
      closed = true;
    }
  }
  return { rows: rows(), read: () => read, closed: () => closed };
}

describe("run", () => {
  it("gives outcomes in input order, from arrays, generators and async generators alike", async () => {
    const { baseUrl: baseURL } = await simulate({ latency: "1ms-20ms" });
    await using sluice = createSluice({ baseURL });
    async function* later() {
      yield* prompts(50);
    }
    for (const source of [prompts(50), prompts(50).values(), new Set(prompts(50)), later()]) {
      const outcomes = await collect(sluice.run(source, { model: MODEL }));
      expect(outcomes.map(({ index, request }) => [index, request])).toEqual(
        prompts(50).map((prompt, i) => [i, prompt]),
      );
      outcomes.forEach(({ text }, i) => {
        expect(text).toContain(`Echo: prompt ${i} `);
      });
    }
  });

  it("misses no line of a readline interface, which tells its lines whether somebody listens or not", async () => {
    const { baseUrl: baseURL } = await simulate();
    await using sluice = createSluice({ baseURL });
    const lines = createInterface(Readable.from([prompts(50).join("\n")]));
    const told = once(lines, "close");
    const run = sluice.run(lines, { model: MODEL });
    await told;
    expect((await collect(run)).map(({ request }) => request)).toEqual(prompts(50));
  });

  it("gives outcomes as they come when asked to", async () => {
    const held = Promise.withResolvers<string>();
    const { baseURL } = await provide((_, number) => (number === 1 ? held.promise : "fast"));
    await using sluice = createSluice({ baseURL, maxConcurrent: 4 });
    const run = sluice.run(prompts(6), { model: MODEL, order: "completion" });
    let settled = 0;
    run.on(({ type }) => {
      if (type === "settled") settled += 1;
      if (settled === 5) held.resolve("slow");
    });
    const outcomes = await collect(run);
    expect(outcomes.at(-1)).toMatchObject({ text: "slow", index: 0 });
    expect(outcomes.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("hands the first outcome over while later rows have not even arrived", async () => {
    const { baseURL } = await provide(() => "yes");
    await using sluice = createSluice({ baseURL });
    const gate = Promise.withResolvers<void>();
    async function* rows() {
      yield "first";
      await gate.promise;
      yield "second";
    }
    const seen: string[] = [];
    for await (const { request } of sluice.run(rows(), { model: MODEL })) {
      seen.push(request);
      gate.resolve();
    }
    expect(seen).toEqual(["first", "second"]);
  });

  it("reads no further than it can send, and a slow reader slows it", async () => {
    const { baseURL } = await provide(() => "yes");
    await using sluice = createSluice({ baseURL, maxConcurrent: 8 });
    const source = endless();
    const outcomes = sluice.run(source.rows, { model: MODEL })[Symbol.asyncIterator]();
    await outcomes.next();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const read = source.read();
    // What is read ahead, what one write may leave behind, and the batches on their way.
    expect(read).toBeLessThan(1024 + 4096 + 2048);
    await outcomes.return?.();
    expect(source.closed()).toBe(true);
  });

  it("leaves nothing running when the loop is left", async () => {
    const provider = await provide((_, number) => (number <= 3 ? "yes" : null));
    await using sluice = createSluice({ baseURL: provider.baseURL, maxConcurrent: 5 });
    const source = endless();
    for await (const outcome of sluice.run(source.rows, { model: MODEL })) {
      if (outcome.index === 2) break;
    }
    expect(source.closed()).toBe(true);
    await until(() => provider.open() === 0);
    const sent = provider.bodies.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(provider.bodies).toHaveLength(sent);
  });

  it("ends at once when return is called while an outcome is waited for", async () => {
    const provider = await provide(() => null);
    await using sluice = createSluice({ baseURL: provider.baseURL });
    const outcomes = sluice.run(["a"], { model: MODEL })[Symbol.asyncIterator]();
    const waiting = outcomes.next();
    await until(() => provider.bodies.length === 1);
    expect(await outcomes.return?.()).toEqual({ done: true, value: undefined });
    expect(await waiting).toEqual({ done: true, value: undefined });
    await until(() => provider.open() === 0);
  });

  it("stops for a signal also while its source has nothing to give", async () => {
    const { baseURL } = await provide(() => "yes");
    await using sluice = createSluice({ baseURL });
    const stop = new AbortController();
    async function* rows() {
      yield "only one";
      await new Promise(() => {});
    }
    const seen: string[] = [];
    const asking = (async () => {
      for await (const { status } of sluice.run(rows(), { model: MODEL, signal: stop.signal })) {
        seen.push(status);
        stop.abort("enough");
      }
    })();
    expect(await rejection(asking)).toMatchObject({ reason: "signal", cause: "enough", outcomes: [] });
    expect(seen).toEqual(["answered"]);
  });

  it("stops for a signal that is aborted while the run is being opened", async () => {
    const provider = await provide(() => null);
    await using sluice = createSluice({ baseURL: provider.baseURL });
    const stop = new AbortController();
    const asking = collect(sluice.run(["a"], { model: MODEL, signal: stop.signal }));
    stop.abort();
    expect(await rejection(asking)).toMatchObject({ name: "RunStoppedError", reason: "signal" });
    await until(() => provider.open() === 0);
  });

  it("drains: what is in flight is answered, what was only read comes last as unsent, and no error", async () => {
    const gate = Promise.withResolvers<string>();
    const provider = await provide(() => gate.promise);
    await using sluice = createSluice({ baseURL: provider.baseURL, maxConcurrent: 3 });
    const source = endless();
    const run = sluice.run(source.rows, { model: MODEL });
    const asking = collect(run);
    await until(() => provider.bodies.length === 3);
    run.drain();
    gate.resolve("yes");
    const outcomes = await asking;
    expect(outcomes.map(({ index }) => index)).toEqual(outcomes.map((_, i) => i));
    expect(statuses(outcomes.slice(0, 3))).toEqual(["answered", "answered", "answered"]);
    expect(new Set(statuses(outcomes.slice(3)))).toEqual(new Set(["unsent"]));
    expect(source.closed()).toBe(true);
    expect(provider.bodies).toHaveLength(3);
    expect(run.snapshot()).toMatchObject({ phase: "finished", run: { answered: 3 } });
  });

  it("drains: a row that was sent and may be billed comes last as unknown, with its attempts", async () => {
    const simulator = await simulate({ faults: ["502"] });
    await using sluice = createSluice({ baseURL: simulator.baseUrl });
    const run = sluice.run(["a"], { model: MODEL });
    const asking = collect(run);
    await until(() => simulator.stats().received === 2);
    run.drain();
    expect(await asking).toMatchObject([{ status: "unknown", attempts: simulator.stats().received }]);
  });

  const broken = new Error("the database is gone");
  it.each<[string, () => RunSource<string>]>([
    [
      "an async source",
      async function* () {
        yield* prompts(5);
        throw broken;
      },
    ],
    [
      "a source",
      function* () {
        yield* prompts(5);
        throw broken;
      },
    ],
  ])("hands over what was asked before %s threw, then throws the same", async (_kind, rows) => {
    const { baseURL } = await provide(() => "yes");
    await using sluice = createSluice({ baseURL });
    const seen: number[] = [];
    const asking = (async () => {
      for await (const { index } of sluice.run(rows(), { model: MODEL })) seen.push(index);
    })();
    expect(await rejection(asking)).toBe(broken);
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  it("tells the rows that were not handed over when the provider stops it", async () => {
    const simulator = await simulate({ requireKey: "right" });
    await using sluice = createSluice({ baseURL: simulator.baseUrl, apiKey: "wrong" });
    const error = await rejection(collect(sluice.run(prompts(5), { model: MODEL })));
    expect(error).toMatchObject({ reason: "account" });
    expect((error as RunStoppedError).outcomes.map(({ request }) => request)).toEqual(prompts(5));
    expect(String((error as Error).stack)).not.toContain("prompt 3");
  });

  it("can be watched by events and snapshots; what a listener throws does not touch it", async () => {
    const { baseURL } = await provide(() => "yes");
    await using sluice = createSluice({ baseURL });
    const run = sluice.run(prompts(10), { model: MODEL });
    const events: RunEvent["type"][] = [];
    const quiet: string[] = [];
    run.on(({ type }) => events.push(type));
    run.on(({ type }) => quiet.push(type))();
    expect(run.snapshot()).toMatchObject({ phase: "starting", rows: 0 });
    await collect(run);
    expect(events[0]).toBe("started");
    expect(events.filter((type) => type === "sent")).toHaveLength(10);
    expect(events.filter((type) => type === "settled")).toHaveLength(10);
    expect(quiet).toEqual([]);
    expect(run.snapshot()).toMatchObject({ phase: "finished", rows: 10, done: 10, run: { answered: 10 } });
  });

  it("is iterated once", async () => {
    const { baseURL } = await provide(() => "yes");
    await using sluice = createSluice({ baseURL });
    const run = sluice.run(["a"], { model: MODEL });
    await collect(run);
    expect(await rejection(collect(run))).toBeInstanceOf(UsageError);
  });
});
