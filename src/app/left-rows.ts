import { formatCount } from "../model/count.ts";
import type { LedgerTotals } from "../model/ledger.ts";
import { isMost } from "./changed-plan.ts";
import type { OpenOutput } from "./run-output.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";
import type { RunWork } from "./run-work.ts";

export interface LeftRowsParts {
  request: Pick<RunRequest, "output">;
  output: Pick<OpenOutput, "keepReplaced">;
  totals: Pick<LedgerTotals, "left">;
  work: Pick<RunWork, "answeredBefore">;
}

/**
 * Rows that arrive cannot be held against OUTPUT beforehand: which of its answered rows did not come again is known at
 * the end. Where the door would have stopped a run, because most of them are gone, OUTPUT is kept beside its successor.
 */
export async function tellLeft(
  hooks: Pick<RunHooks, "note">,
  { request, output, totals: { left = 0 }, work: { answeredBefore } }: LeftRowsParts,
): Promise<void> {
  if (left === 0 || answeredBefore === 0) return;
  const kept = isMost(left, answeredBefore) ? await output.keepReplaced() : null;
  const theirs = left === 1 ? "its answer stays" : "their answers stay";
  const where = kept === null ? "" : `${request.output} is kept as ${kept}, and `;
  hooks.note(
    `${formatCount(left)} of ${formatCount(answeredBefore)} answered rows did not come again; ${where}${theirs} in the ledger.`,
  );
}
