import { mkdirSync } from "node:fs";
import { expect, it } from "vitest";
import { Workplace } from "./workplace.ts";

const runTo = (place: Workplace, output: string, ...more: string[]) => {
  place.provider.clear();
  const args = ["--base-url", place.provider.baseUrl, "--model", "m", "--prompt", "{{ question }}"];
  return place.sluice(["run", "in.jsonl", "-o", output, ...args, "--cache", "kept", ...more]);
};

it("answers another output from the cache, and tells how much that was", async () => {
  await using place = await Workplace.open();
  place.questions("q1", "q2");
  expect((await runTo(place, "one.jsonl")).code).toBe(0);
  expect(place.provider.prompts()).toHaveLength(2);
  place.questions("q2", "q3", "q1");
  const { code, stderr } = await runTo(place, "two.jsonl");
  expect(code).toBe(0);
  expect(place.provider.prompts()).toEqual(["q3"]);
  expect(place.says("two.jsonl")).toEqual(["echo q2", "echo q3", "echo q1"]);
  expect(stderr).toMatch(/Cache +2 answers from the cache · the oldest .* old/);
  const summary = await runTo(place, "three.jsonl", "--json");
  expect(JSON.parse(summary.stdout)).toMatchObject({ answered: 3, cached_answers: 3, known_cost_usd: 0 });
  expect(place.provider.received).toEqual([]);
});

it("asks again for another model", async () => {
  await using place = await Workplace.open();
  place.questions("q1");
  await runTo(place, "one.jsonl");
  await runTo(place, "two.jsonl", "--model", "n");
  expect(place.provider.prompts()).toEqual(["q1"]);
});

it("goes on without a cache that cannot be opened, and says so", async () => {
  await using place = await Workplace.open();
  place.questions("q1");
  mkdirSync(place.path("kept/answers.sqlite"), { recursive: true });
  const { code, stderr } = await runTo(place, "one.jsonl");
  expect(code).toBe(0);
  expect(place.says("one.jsonl")).toEqual(["echo q1"]);
  expect(stderr).toMatch(/The cache in kept cannot be used \(.*\); the run goes on without it/);
});
