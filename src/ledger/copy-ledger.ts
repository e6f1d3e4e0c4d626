import { constants } from "node:fs";
import { copyFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { holderOf, inUse } from "./ledger-holder.ts";
import { isLocked, lockPathOf } from "./ledger-lock.ts";

/**
 * Copies a ledger that nobody has open into a folder, with what a killed run left beside it; the original is only
 * read. Returns the copy's path.
 * @throws UsageError when a run has it open.
 */
export async function copyLedger(path: string, folder: string): Promise<string> {
  const from = resolve(path);
  const to = join(folder, basename(from));
  if (isLocked(from)) throw inUse(path, holderOf(from));
  await copy(from, to);
  for (const companion of ["-wal", "-journal"]) await copy(from + companion, to + companion);
  await copy(lockPathOf(from), lockPathOf(to));
  return to;
}

/** A file that is not there is left out. */
async function copy(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  });
}
