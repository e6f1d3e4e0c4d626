import { readLedgerInfo } from "../ledger/index.ts";
import { ledgerOf } from "./run-files.ts";

/** A ledger as somebody sees it who only looks: also who holds it, and what each kind of rerun would send. */
export type LedgerReport = Awaited<ReturnType<typeof readLedgerInfo>>;

/** How a run stands, from its ledger; works while the run is going. */
export async function statusOf(path: string): Promise<LedgerReport> {
  return readLedgerInfo(await ledgerOf(path));
}
