import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../src/simulator/index.ts";
import { runProgram } from "./sluice/programs.ts";

const EXAMPLES = new URL("../examples/", import.meta.url);
const TRIED = new Set<string>();
const folder = mkdtempSync(join(tmpdir(), "sluice-examples-"));
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ latency: "20ms", outputTokens: "100" });
});
afterEach(() => simulator.reset());
afterAll(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

async function run(name: string, ...args: string[]): Promise<string> {
  TRIED.add(name);
  const env = { SIMULATOR_URL: simulator.baseUrl };
  const { code, output, errors } = await runProgram(new URL(name, EXAMPLES), args, { env });
  expect(errors).toBe("No XAI_API_KEY: a simulator makes the answers up.\n");
  expect(code).toBe(0);
  return output;
}

describe("the examples", () => {
  it("ask the four prompts of xAI's guide, two at a time, and print them in order", async () => {
    const output = await run("four-prompts.ts");
    expect(output.match(/^# Response \d:$/gm)).toEqual([0, 1, 2, 3].map((i) => `# Response ${i}:`));
    expect(output).toMatch(/0:\n.*Tell me a joke.*1:\n.*haiku.*2:\n.*X post.*3:\n.*unhinged/s);
    expect(simulator.stats()).toMatchObject({ answered: 4, maxInFlight: 2 });
  });

  it("label rows of objects", async () => {
    const output = await run("label-rows.ts");
    expect(output.split("\n").map((line) => line.split(":")[0])).toEqual(["r1", "r2", "r3", ""]);
    expect(output).toContain("r2: Echo: Review: Broke on the second day.");
  });

  it("stream outcomes of an endless iterable, in order, and end when the loop is left", async () => {
    const lines = (await run("stream-outcomes.ts")).trimEnd().split("\n");
    expect(lines).toHaveLength(20);
    lines.forEach((line, i) => {
      const question = `What is ${i + 1} times ${i + 1}?`;
      expect(line).toContain(`${question} Echo: ${question}`);
    });
    expect(simulator.stats().inFlight).toBe(0);
  });

  it("serve ten callers within one limit", async () => {
    const output = await run("service.ts");
    for (let caller = 0; caller < 10; caller += 1) {
      expect(output).toContain(`caller ${caller}: ["Echo: A question of caller ${caller}`);
    }
    expect(simulator.stats()).toMatchObject({ answered: 20, maxInFlight: 3 });
  });

  it("resume from a ledger without paying again", async () => {
    const ledger = join(folder, "answers.ledger");
    expect(await run("resume.ts", ledger)).toContain("3 sent, 0 from");
    expect(await run("resume.ts", ledger)).toContain("0 sent, 3 from");
    expect(simulator.stats().received).toBe(3);
  });

  it("stop before the budget is passed", async () => {
    const output = await run("budget.ts");
    expect(output).toMatch(/Stopped by the budget: \d+ of 100 answered/);
    const { ticks, answered } = simulator.stats();
    expect(ticks).toBeGreaterThan(0);
    expect(ticks).toBeLessThanOrEqual(0.01e10);
    expect(output).toContain(`: ${answered} of 100`);
  });

  it("put the limits of an instance under OpenAI's SDK", async () => {
    const output = await run("openai-sdk.ts");
    expect(output).toMatch(/^30 answers\nEcho: Tell me a joke/);
    expect(simulator.stats()).toMatchObject({ answered: 31, throttled: 0 });
  });

  it("are all tried here", () => {
    const programs = readdirSync(EXAMPLES).filter((name) => name.endsWith(".ts") && name !== "whom.ts");
    expect(programs.filter((name) => !TRIED.has(name))).toEqual([]);
  });
});
