import { basename, dirname } from "node:path";
import { formatCount } from "../model/count.ts";
import { UsageError } from "../model/errors.ts";

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const CODE = { busy: 5, readOnly: 8, corrupt: 11, full: 13, cantOpen: 14, notADatabase: 26 } as const;
/** Extended codes by which a quota, or a file system without room for shared memory, shows itself. */
const IO_ERROR_WRITE = 778;
const IO_ERROR_SHARED_MEMORY_SIZE = 4874;

/** The result code of an error of node:sqlite, or null for any other error. */
function resultCode(error: unknown): number | null {
  if (!(error instanceof Error) || !("errcode" in error)) return null;
  return typeof error.errcode === "number" ? error.errcode : null;
}

function primaryCode(error: unknown): number | null {
  const code = resultCode(error);
  return code === null ? null : code & 0xff;
}

export function isBusy(error: unknown): boolean {
  return primaryCode(error) === CODE.busy;
}

export function isDamaged(error: unknown): boolean {
  const code = primaryCode(error);
  return code === CODE.corrupt || code === CODE.notADatabase;
}

/** True when the same write may succeed later: the disk is full, or a quota is. */
export function isDiskFull(error: unknown): boolean {
  const code = resultCode(error);
  return primaryCode(error) === CODE.full || code === IO_ERROR_WRITE || code === IO_ERROR_SHARED_MEMORY_SIZE;
}

/** Why a ledger cannot be opened, in a sentence that names the file and the remedy. */
export function openingError(path: string, error: unknown): Error {
  if (error instanceof UsageError) return error;
  switch (primaryCode(error)) {
    case CODE.notADatabase:
      return notALedger(path);
    case CODE.corrupt:
      return damagedLedger(path);
    case CODE.readOnly:
    case CODE.cantOpen:
      return new UsageError(
        `The ledger ${path} cannot be written; check the permissions of it and of ${dirname(path)}.`,
      );
    case CODE.busy:
      return new UsageError(`The ledger ${path} is in use by another process; wait for it to end.`);
    case CODE.full:
      return new UsageError(`There is no room for the ledger ${path}; free some disk space.`);
    default:
      return brokenLedger(path, error);
  }
}

export function noLedger(path: string): UsageError {
  return new UsageError(`There is no ledger ${path}; begin one with sluice run.`);
}

export function notALedger(path: string): UsageError {
  return new UsageError(
    `${basename(path)} is not a Sluice ledger; name the right file (OUTPUT.ledger) or another one with --ledger; ` +
      `if it was one, sluice recover saves what can be saved.`,
  );
}

export function damagedLedger(path: string): UsageError {
  return new UsageError(
    `The ledger ${path} is damaged; sluice recover ${path} saves what can be saved, and keeps the damaged file.`,
  );
}

export function cutShort(path: string, lost: number): UsageError {
  const commits = lost === 1 ? "its last commit is" : `its last ${formatCount(lost)} commits are`;
  return new UsageError(
    `The ledger ${path} was cut short: ${commits} gone (${basename(path)}-wal, beside it, was lost or damaged); ` +
      `sluice recover ${path} saves what can be saved, before anything is sent.`,
  );
}

export function movedLedger(path: string): UsageError {
  return new UsageError(
    `The ledger ${path} was moved or removed while the run wrote to it; move it back and run the same command again.`,
  );
}

/** What SQLite could not do while a run was going on. */
export function brokenLedger(path: string, error: unknown): Error {
  if (error instanceof UsageError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  if (isDamaged(error)) return damagedLedger(path);
  if (isDiskFull(error)) return new UsageError(`There is no room to write the ledger ${path}: ${reason}.`);
  return new Error(`The ledger ${path} cannot be used any more: ${reason}.`, { cause: error });
}
