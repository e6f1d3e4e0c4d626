import { expect, it } from "vitest";
import { processRequests } from "../../src/index.ts";
import { startSimulator } from "../../src/simulator/index.ts";

const ROWS = 120;

it("asks a second time for what hangs, in a program too", async () => {
  await using simulator = await startSimulator({ port: 0, unlimited: true, faults: [`hang#${ROWS}`] });
  const rows = Array.from({ length: ROWS }, (_, index) => `question ${index}`);
  const { baseUrl: baseURL } = simulator;
  const asked = { provider: "simulator", baseURL, model: "grok-4.3", maxConcurrent: 4, timeout: 60_000 };
  const outcomes = await processRequests(rows, { ...asked, hedge: true });
  expect(outcomes.map(({ status }) => status)).toEqual(Array(ROWS).fill("answered"));
  expect(outcomes.map(({ attempts }) => attempts)).toEqual(Array(ROWS).fill(1));
});
