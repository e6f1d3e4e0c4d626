import type { RunEnd } from "../engine/run-parts.ts";
import type { StopReason } from "../model/errors.ts";
import type { Ledger, LedgerTotals } from "../model/ledger.ts";
import type { Snapshot } from "../observe/index.ts";
import { hasFailingAnswer } from "./failing-answers.ts";
import type { RunRequest } from "./run-request.ts";
import type { RunWork } from "./run-work.ts";

/** How a run ended, for the exit code and the summary. */
export interface RunReport {
  /** True when every row was sent that there was to send. */
  complete: boolean;
  /** True when every row was answered, and nothing `--fail-on` names happened. */
  answered: boolean;
  stop: { reason: StopReason; message: string } | null;
  stoppedLanes: RunEnd["stoppedLanes"];
  totals: LedgerTotals;
  snapshot: Snapshot;
}

export async function reportRun(
  { failOn }: RunRequest,
  { end, ledger, work, snapshot }: { end: RunEnd; ledger: Ledger; work: RunWork; snapshot: Snapshot },
): Promise<RunReport> {
  const totals = await ledger.totals();
  const unanswered = totals.todo + totals.rejected + totals.failed + totals.unknown + totals.unsent;
  const failing =
    (work.standing.before.answered > 0 &&
      (await hasFailingAnswer(ledger, snapshot.rows + totals.blank, failOn))) ||
    (failOn.includes("length") && snapshot.cut > 0) ||
    (failOn.includes("empty") && snapshot.empty > 0) ||
    (failOn.includes("content_filter") && snapshot.filtered > 0);
  // Of rows that still arrive, nobody knows how many a stop or a limit left behind.
  const complete = snapshot.done >= snapshot.rows && !work.isOpen();
  const { answered, rejected, failed, unknown, unsent, usage } = totals;
  const { cost, unknownCost, atRisk, unpricedAtRisk } = totals;
  const rows = answered + rejected + failed + unknown + unsent + totals.todo;
  return {
    complete,
    answered: unanswered === 0 && !failing,
    // A drain that brought the last row home stopped nothing.
    stop: complete && end.stop?.reason === "signal" ? null : end.stop,
    stoppedLanes: end.stoppedLanes,
    totals,
    // The ledger has the last word: it also knows rows that were settled before they arrived.
    snapshot: {
      ...snapshot,
      rows,
      done: rows - totals.todo,
      inAll: {
        answered,
        rejected,
        failed,
        unknown,
        unsent,
        usage,
        cost,
        unknownCost,
        atRisk,
        unpricedAtRisk,
      },
      invalid: totals.invalid ?? 0,
    },
  };
}
