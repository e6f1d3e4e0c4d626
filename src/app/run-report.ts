import type { RunEnd } from "../engine/run.ts";
import type { StopReason } from "../model/errors.ts";
import type { Ledger, LedgerTotals } from "../model/ledger.ts";
import type { Snapshot } from "../observe/index.ts";
import type { RunRequest } from "./run-request.ts";

/** How a run ended, for the exit code and the summary. */
export interface RunReport {
  /** True when every row of the plan is settled and stands in OUTPUT. */
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
  { end, ledger, snapshot }: { end: RunEnd; ledger: Ledger; snapshot: Snapshot },
): Promise<RunReport> {
  const totals = await ledger.totals();
  const unanswered = totals.todo + totals.rejected + totals.failed + totals.unknown + totals.unsent;
  const failing =
    (failOn.includes("length") && snapshot.cut > 0) ||
    (failOn.includes("empty") && snapshot.empty > 0) ||
    (failOn.includes("content_filter") && snapshot.filtered > 0);
  const complete = totals.todo === 0;
  return {
    complete,
    answered: unanswered === 0 && !failing,
    // A drain that brought the last row home stopped nothing.
    stop: complete && end.stop?.reason === "signal" ? null : end.stop,
    stoppedLanes: end.stoppedLanes,
    totals,
    snapshot,
  };
}
