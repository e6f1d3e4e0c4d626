import type { Run } from "../engine/run.ts";
import type { Account } from "./account.ts";
import type { TuneOptions } from "./options.ts";

/** What a run is tuned by: its engine, and the account whose lanes it shares. */
export interface Tuner {
  run: Pick<Run, "halt">;
  account: Pick<Account, "tune">;
}

/** Puts changed limits in force, then halts the run or lets it go on. Nothing of it reaches the ledger. */
export function tune({ run, account }: Tuner, { paused, ...limits }: TuneOptions): void {
  account.tune(limits);
  if (paused !== undefined) run.halt(paused);
}
