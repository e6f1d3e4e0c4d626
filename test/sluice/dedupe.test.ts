import { expect, it } from "vitest";
import { createSluice, processRequests } from "../../src/index.ts";
import { provide } from "./fake-provider.ts";
import { collect } from "./simulators.ts";

const ASKED = ["a", "b", "a", "a"];

it("asks equal rows of a run once, and gives each its outcome", async () => {
  let asked = 0;
  const { baseURL } = await provide(() => {
    asked += 1;
    return `answer ${asked}`;
  });
  await using sluice = createSluice({ baseURL, maxConcurrent: 1 });
  const run = sluice.run(ASKED, { model: "m", dedupe: true });
  const outcomes = await collect(run);
  expect(asked).toBe(2);
  expect(outcomes.map(({ text }) => text)).toEqual(["answer 1", "answer 2", "answer 1", "answer 1"]);
  expect(outcomes.map(({ request, index }) => [index, request])).toEqual(ASKED.map((row, i) => [i, row]));
  expect(outcomes.map(({ attempts }) => attempts)).toEqual([1, 1, 0, 0]);
  expect(run.snapshot()).toMatchObject({ rows: 4, done: 4 });
});

it("does the same for an array whose answers are held in memory", async () => {
  let asked = 0;
  const { baseURL } = await provide(() => {
    asked += 1;
    return "yes";
  });
  const outcomes = await processRequests(ASKED, { baseURL, model: "m", dedupe: true });
  expect(asked).toBe(2);
  expect(outcomes.map(({ status }) => status)).toEqual(ASKED.map(() => "answered"));
});
