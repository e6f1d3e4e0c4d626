import type { Ledger } from "../../src/model/ledger.ts";
import { arrivalsOfALedger } from "./conformance-arrivals.ts";
import { copiesOfALedger } from "./conformance-copies.ts";
import { hedgesOfALedger } from "./conformance-hedges.ts";
import { matchesOfALedger } from "./conformance-matches.ts";
import { moneyOfALedger } from "./conformance-money.ts";
import { plansOfALedger } from "./conformance-plans.ts";
import { rerunsOfALedger } from "./conformance-reruns.ts";
import { rowsOfALedger } from "./conformance-rows.ts";

/** A ledger under test that can be closed and opened again, as the next run would. */
export interface OpenedLedger {
  ledger: Ledger;
  /** Ends this run and begins the next on the same ledger. */
  reopen: () => Promise<Ledger>;
  close: () => Promise<void>;
}

export type OpenForTest = () => Promise<OpenedLedger>;

/** What every ledger promises, in the words of its contract; run over each implementation. */
export function ledgerConformance(name: string, open: OpenForTest): void {
  rowsOfALedger(name, open);
  arrivalsOfALedger(name, open);
  rerunsOfALedger(name, open);
  plansOfALedger(name, open);
  matchesOfALedger(name, open);
  moneyOfALedger(name, open);
  copiesOfALedger(name, open);
  hedgesOfALedger(name, open);
}
