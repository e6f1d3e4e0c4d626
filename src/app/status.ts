import { readLedgerInfo } from "../ledger/index.ts";
import type { LedgerInfo } from "../model/ledger.ts";
import { ledgerOf } from "./run-files.ts";

/** How a run stands, from its ledger; works while the run is going. */
export async function statusOf(path: string): Promise<LedgerInfo> {
  return readLedgerInfo(await ledgerOf(path));
}
