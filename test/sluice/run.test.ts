import { once } from "node:events";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { createSluice, type RunEvent, UsageError } from "../../src/index.ts";
import { endless } from "./endless.ts";
import { provide } from "./fake-provider.ts";
import { collect, prompts, rejection, simulate } from "./simulators.ts";

const MODEL = "grok-4.3";

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
