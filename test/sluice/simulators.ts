import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Outcome } from "../../src/index.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../src/simulator/index.ts";

/** A simulator without limits, for one test. */
export async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ unlimited: true, ...options });
  onTestFinished(() => simulator.close());
  return simulator;
}

/** A folder for one test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-library-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function collect<Row>(run: AsyncIterable<Outcome<Row>>): Promise<Outcome<Row>[]> {
  const outcomes: Outcome<Row>[] = [];
  for await (const outcome of run) outcomes.push(outcome);
  return outcomes;
}

/** What a promise rejects with; fails when it does not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("it did not reject");
    },
    (error: unknown) => error,
  );
}

/** Resolves when the condition holds; whoever waits is under the test's timeout. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

export function prompts(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `prompt ${i}`);
}

export function statuses(outcomes: readonly Outcome[]): string[] {
  return outcomes.map(({ status }) => status);
}
