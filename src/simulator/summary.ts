import { formatUsd } from "../model/money.ts";
import { FAULTS, type Fault } from "./faults.ts";
import type { SimulatorTotals } from "./stats.ts";

/** Two lines on what a simulator received, answered and billed. */
export function summaryOf(totals: SimulatorTotals): string {
  const count = (value: number) => value.toLocaleString("en");
  const unpriced = totals.unpriced > 0 ? `, and ${count(totals.unpriced)} answers that have no price,` : "";
  return (
    `Received ${count(totals.received)} requests: ${count(totals.answered)} answered, ` +
    `${count(totals.throttled)} throttled, ${count(totals.refused)} refused, ` +
    `${count(totals.faulted)} ended by a fault, ${count(totals.clientGone)} abandoned by the client.\n` +
    `Billed ${formatUsd(totals.ticks)}${unpriced} for ${count(totals.promptTokens)} prompt, ` +
    `${count(totals.completionTokens)} completion and ${count(totals.reasoningTokens)} reasoning tokens; ` +
    `at most ${count(totals.maxInFlight)} in flight, ${count(totals.connections)} connections.`
  );
}

/** Every fault on a line of its own: name, meaning, whether it is billed. */
export function faultList(): string {
  const width = Math.max(...FAULTS.map((fault) => fault.name.length));
  return FAULTS.map((fault) => `${fault.name.padEnd(width)}  ${fault.meaning}${notes(fault)}`).join("\n");
}

function notes({ billed, streamOnly }: Fault): string {
  return `${streamOnly ? " (streams only)" : ""}${billed ? " · billed" : ""}`;
}
