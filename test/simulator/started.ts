import { onTestFinished } from "vitest";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../src/simulator/index.ts";

/** A simulator without limits where none are asked for; it is closed when the test is over. */
export async function startUnlimited(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ unlimited: true, ...options });
  onTestFinished(() => simulator.close());
  return simulator;
}
