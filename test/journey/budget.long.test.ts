import { expect, it } from "vitest";
import { usdToTicks } from "../../src/model/money.ts";
import { startSimulator } from "../../src/simulator/index.ts";
import { answer, type Respond } from "./fake-provider.ts";
import { Workplace } from "./workplace.ts";

const QUESTIONS = Array.from({ length: 30 }, (_, place) => `q${place + 1}`);
const PRICED = ["--provider", "xai", "-m", "grok-4.3"];

/** Every answer is a cent. */
const cent: Respond = (_, response) =>
  answer(response, "x", {
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, cost_in_usd_ticks: 1e8 },
  });

it("stops cleanly with exit 4, says why, and goes on from there with more", async () => {
  await using place = await Workplace.open(cent);
  place.questions(...QUESTIONS);
  const stopped = await place.run(...PRICED, "--budget", "0.1");

  expect(stopped.code).toBe(4);
  expect(stopped.stderr).toContain("it may cost up to $0.020, and $0.010 is left");
  expect(place.provider.received).toHaveLength(9);
  expect(place.says()).toEqual(Array(9).fill("x"));
  const more = await place.run(...PRICED, "--budget", "0.2");
  expect(more.code).toBe(4);
  // What the first run saw is known to the second: it does not feel its way again.
  expect(more.stderr).toContain("projected from the last 9 answers");
  expect(place.provider.received).toHaveLength(10);
  expect((await place.run(...PRICED)).code).toBe(0);
  expect(place.provider.received).toHaveLength(11);
  expect(new Set(place.lines().map(({ custom_id }) => custom_id)).size).toBe(30);
});

it("says beforehand by how much a budget may be passed, and that one of capped answers never is", async () => {
  await using place = await Workplace.open(cent);
  place.questions("q1", "q2", "q3");
  const first = async (...more: string[]) => {
    const { stdout } = await place.run("--dry-run", ...PRICED, ...more);
    return stdout.split("\n").find((line) => line.startsWith("Budget"));
  };
  expect(await first("--budget", "5")).toContain(
    "budget $5.00, passed at worst by $7.50 (3 answers in flight whose length no cap holds) and $2.50 for each answer lost",
  );
  expect(await first("--budget", "5", "-j", "1")).toContain("passed at worst by $2.50 (1 answer in flight");
  expect(await first("--budget", "5", "--budget-mode", "strict")).toContain("which is never passed");
  const capped = ["-m", "grok-4.20-non-reasoning", "--max-tokens", "50"];
  expect(await first("--budget", "5", ...capped)).toContain("which is never passed");
  expect(await first("--budget", "5", "-m", "grok-4.20-multi-agent")).toContain("by an unknown sum");
});

it("refuses a strict budget where nothing bounds a row, before anything is sent", async () => {
  await using place = await Workplace.open(cent);
  place.questions("q1");
  const strict = ["--budget", "5", "--budget-mode", "strict"];
  const refused = await place.run(...PRICED, ...strict, "-m", "grok-4.20-multi-agent");
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /^--budget-mode strict cannot be kept, since nothing bounds what 1 row can/,
    ),
  });
  expect((await place.run(...PRICED, "--budget-mode", "strict")).stderr).toMatch(/^--budget-mode says how/);
  expect(place.provider.received).toEqual([]);
});

it("with strict, sends one whose most fits and stops before one whose most does not", async () => {
  await using place = await Workplace.open(cent);
  place.questions(...QUESTIONS);
  const strict = ["--budget-mode", "strict"];
  const stopped = await place.run(...PRICED, ...strict, "--budget", "2.53");
  expect(stopped.code).toBe(4);
  expect(place.provider.received).toHaveLength(3);
  expect(stopped.stderr).toContain("it may cost up to $2.50, and $2.50 is left");
});

it("is not billed a cent beyond the budget where a cap holds, whatever becomes of the requests", async () => {
  const faults = ["reset-mid:5%", "500:5%", "truncated-json:5%", "502:5%"];
  const spread = { outputTokens: "10-400", reasoningTokens: "1000", latency: "1ms-30ms" };
  const simulator = await startSimulator({ port: 0, unlimited: true, faults, ...spread });
  await using place = await Workplace.open();
  try {
    place.questions(...Array.from({ length: 300 }, (_, row) => `q${row}`));
    const model = ["-m", "grok-4.20-non-reasoning", "--max-tokens", "300"];
    const args = ["run", "in.jsonl", "-o", "out.jsonl", ...model, "--prompt", "{{ question }}"];
    const asked = [...args, "--provider", "simulator", "--base-url", simulator.baseUrl, "--json"];
    for (const budget of [0.04, 0.08]) {
      const { code, stdout } = await place.sluice([...asked, "--budget", String(budget)]);
      const { cost_usd, at_risk_usd } = JSON.parse(stdout);
      expect(code).toBe(4);
      expect(simulator.stats().ticks).toBeLessThanOrEqual(usdToTicks(budget));
      expect(simulator.stats().ticks).toBeLessThanOrEqual(usdToTicks(cost_usd + at_risk_usd));
      expect(cost_usd + at_risk_usd).toBeLessThanOrEqual(budget);
      expect(cost_usd + at_risk_usd).toBeGreaterThan(0.9 * budget);
    }
  } finally {
    await simulator.close();
  }
});
