import { realpath } from "node:fs/promises";
import { readLedgerInfo } from "../ledger/index.ts";
import { UsageError } from "../model/errors.ts";
import type { Snapshot } from "../observe/index.ts";
import type { TuneOptions } from "../sluice/options.ts";
import { controlAddress } from "./control-address.ts";
import { askRun } from "./control-client.ts";
import { ledgerOf } from "./run-files.ts";

export type { TuneOptions } from "../sluice/options.ts";

/** Changes limits of a run that is going, or pauses it; how it stands then. `path` is OUTPUT or its ledger. */
export async function tuneRun(path: string, tuning: TuneOptions): Promise<Snapshot> {
  const ledger = await ledgerOf(path);
  const answer = await askRun(controlAddress(await realpath(ledger)), { ask: "tune", tuning });
  if (answer === null) throw new UsageError(await whyNobody(path, ledger));
  if ("refused" in answer) throw new UsageError(`${path}: ${answer.refused}`);
  return answer.snapshot;
}

/** How the run that holds this ledger stands; null when nobody answers. */
export async function snapshotOf(ledger: string): Promise<Snapshot | null> {
  const answer = await askRun(controlAddress(await realpath(ledger)), { ask: "snapshot" });
  return answer !== null && "snapshot" in answer ? answer.snapshot : null;
}

async function whyNobody(path: string, ledger: string): Promise<string> {
  const { running } = await readLedgerInfo(ledger);
  return running === null
    ? `${path}: no run is going on, so there is nothing to tune; give the limits to sluice run`
    : `${path}: process ${running.pid} on ${running.host} does not answer; tune it on that machine, or stop it and run again with other limits`;
}
