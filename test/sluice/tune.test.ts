import { expect, it } from "vitest";
import { createSluice, UsageError } from "../../src/index.ts";
import { provide } from "./fake-provider.ts";
import { collect, prompts, until } from "./simulators.ts";

it("a run that is going takes other limits, halts and goes on", async () => {
  let open = 0;
  let most = 0;
  const gate = Promise.withResolvers<void>();
  const { baseURL } = await provide(async () => {
    open += 1;
    most = Math.max(most, open);
    await gate.promise;
    open -= 1;
    return "yes";
  });
  await using sluice = createSluice({ baseURL, maxConcurrent: 1 });
  const run = sluice.run(prompts(12), { model: "m" });
  const outcomes = collect(run);
  await until(() => open === 1);
  run.tune({ maxConcurrent: 4, rpm: 100_000 });
  await until(() => open === 4);
  run.tune({ paused: true });
  gate.resolve();
  await until(() => run.snapshot().inFlight === 0);
  expect(run.snapshot()).toMatchObject({ phase: "paused", halted: true, etaMs: null });
  expect(run.snapshot().lanes[0]?.limits).toMatchObject([{ perWindow: 100_000, source: "flag" }]);
  run.tune({ paused: false, rpm: null });
  expect(await outcomes).toHaveLength(12);
  expect(run.snapshot()).toMatchObject({ phase: "finished", halted: false, lanes: [{ limits: [] }] });
  expect(most).toBe(4);
});

it("what is tuned before the run begins holds from its first request", async () => {
  let asked = 0;
  const { baseURL } = await provide(() => {
    asked += 1;
    return "yes";
  });
  await using sluice = createSluice({ baseURL });
  const run = sluice.run(prompts(3), { model: "m" });
  run.tune({ paused: true });
  const outcomes = collect(run);
  await until(() => run.snapshot().halted);
  expect(asked).toBe(0);
  run.tune({ paused: false });
  expect(await outcomes).toHaveLength(3);
});

it.each<[object, RegExp]>([
  [{ rsp: 3 }, /tune: there is no option rsp; did you mean rps\?/],
  [{ rps: 0 }, /tune: rps takes a number above 0, or null, not 0\./],
  [{ paused: "yes" }, /tune: paused takes true or false/],
])("refuses %j", async (options, sentence) => {
  await using sluice = createSluice({ baseURL: "http://127.0.0.1:9/v1" });
  expect(() => sluice.run([]).tune(options)).toThrow(UsageError);
  expect(() => sluice.run([]).tune(options)).toThrow(sentence);
});
