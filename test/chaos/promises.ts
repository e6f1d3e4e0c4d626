import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { statusOf } from "../../src/app/status.ts";
import type { Ticks } from "../../src/model/money.ts";
import type { Simulator } from "../../src/simulator/index.ts";

/** What `sluice status` says, as far as the promises need it. */
export interface Standing {
  answered: number;
  /** Rows sent without an outcome. */
  lost: number;
  cost: Ticks;
  atRisk: Ticks;
}

/** Null before there is a ledger. */
export async function standingOf(folder: string): Promise<Standing | null> {
  const path = join(folder, "out.jsonl.ledger");
  if (!existsSync(path)) return null;
  const status = await statusOf(path).catch((error: Error) => error);
  // Killed while it made the file: nothing was planned yet, nothing sent.
  if (status instanceof Error && status.message.startsWith("There is no ledger")) return null;
  if (status instanceof Error) throw status;
  const { totals, unknown } = status;
  return { answered: totals.answered, lost: unknown.rows, cost: totals.cost, atRisk: totals.atRisk };
}

export function outputOf(folder: string): string {
  try {
    return readFileSync(join(folder, "out.jsonl"), "utf8");
  } catch {
    return "";
  }
}

/** Whole lines, the first answers of the input in its order, none twice and none of another row; what is broken. */
export function brokenLines(text: string, questions: readonly string[], isComplete: boolean): string[] {
  const lines = text.split("\n");
  const torn = lines.pop();
  return [
    ...(torn === "" ? [] : [`the last line is torn: ${torn?.slice(0, 80)}`]),
    ...(isComplete && lines.length !== questions.length ? [`${lines.length} lines`] : []),
    ...lines.flatMap((line, index) => {
      const question = questions[index];
      const isRight = question !== undefined && line.includes(`Echo: ${question} `);
      return isRight ? [] : [`line ${index + 1} answers something else: ${line.slice(0, 200)}`];
    }),
  ];
}

/** What the provider billed and the ledger does not know is never more than what the ledger holds at risk. */
export function brokenMoney(billed: Ticks, { cost, atRisk }: Standing): string[] {
  if (Math.abs(billed - cost) <= atRisk) return [];
  return [`billed ${billed}, in the ledger ${cost}, at risk ${atRisk}`];
}

/** The simulator has answered, or given up, whatever a client that is gone had sent. */
export async function untilQuiet(simulator: Simulator): Promise<void> {
  while (simulator.stats({ limit: 0 }).inFlight > 0) await sleep(5);
}
