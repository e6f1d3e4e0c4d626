import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyLedger, openLedger } from "../ledger/index.ts";
import { UsageError } from "../model/errors.ts";
import type { Ledger } from "../model/ledger.ts";
import { openTemporaryLedger } from "../sluice/temporary-ledger.ts";
import type { RunRequest } from "./run-request.ts";

/** A ledger to plan on that is gone afterwards: a copy of the run's own where there is one. */
export async function openDryLedger(
  { ledger, fresh }: RunRequest,
  closing: AsyncDisposableStack,
): Promise<Ledger> {
  const isThere = ledger !== null && (await stat(ledger).catch(() => null)) !== null;
  const opened = isThere && !fresh ? await openCopy(ledger, closing) : await openTemporaryLedger();
  closing.defer(() => opened.close());
  return opened;
}

async function openCopy(path: string, closing: AsyncDisposableStack): Promise<Ledger> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-dry-"));
  closing.defer(() => rm(folder, { recursive: true, force: true }));
  const copy = await copyLedger(path, folder);
  return openLedger({ path: copy, mode: "open" }).catch((error: unknown) => {
    // Whatever is wrong with the copy is wrong with the ledger.
    throw error instanceof UsageError ? new UsageError(error.message.replaceAll(copy, path)) : error;
  });
}
