import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OpenLedgerOptions, openLedger } from "../ledger/index.ts";
import type { Ledger } from "../model/ledger.ts";

/** A ledger for one run only: it holds what waits for its turn, and is gone at the end. */
export function openTemporaryLedger(onTrouble?: OpenLedgerOptions["onTrouble"]): Promise<Ledger> {
  const path = join(tmpdir(), `sluice-${randomUUID()}.ledger`);
  return openLedger({
    path,
    mode: "create-or-open",
    temporary: true,
    ...(onTrouble === undefined ? {} : { onTrouble }),
  });
}
