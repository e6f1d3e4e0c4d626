import { readLedgerInfo } from "../ledger/index.ts";
import type { Snapshot } from "../observe/index.ts";
import { ledgerOf } from "./run-files.ts";
import { snapshotOf } from "./tune.ts";

/** A ledger as somebody sees it who only looks: also who holds it, and what each kind of rerun would send. */
export interface LedgerReport extends Awaited<ReturnType<typeof readLedgerInfo>> {
  /** The run itself, as its own screen shows it; null when none is going, or it does not answer. */
  live: Snapshot | null;
}

/** How a run stands, from its ledger and, while it is going, from itself. */
export async function statusOf(path: string): Promise<LedgerReport> {
  const ledger = await ledgerOf(path);
  const info = await readLedgerInfo(ledger);
  return { ...info, live: info.running === null ? null : await snapshotOf(ledger) };
}
