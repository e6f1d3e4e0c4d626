import { describe, expect, it } from "vitest";
import { createSluice, type RunSource, type RunStoppedError } from "../../src/index.ts";
import { endless } from "./endless.ts";
import { provide } from "./fake-provider.ts";
import { collect, prompts, rejection, simulate, statuses, until } from "./simulators.ts";

const MODEL = "grok-4.3";

describe("a run that is stopped or left", () => {
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
});
