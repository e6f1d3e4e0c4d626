import { open, rename, rm, stat } from "node:fs/promises";
import { readLedgerInfo } from "../ledger/index.ts";
import { UsageError } from "../model/errors.ts";
import type { Ledger } from "../model/ledger.ts";
import { checkOutputWritable, outputExistsWithoutLedger } from "../sink/index.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";

export const LEDGER_ENDING = ".ledger";

/** How every SQLite file begins (sqlite.org/fileformat.html). */
const SQLITE_MAGIC = "SQLite format 3\0";

/** OUTPUT or its ledger, whichever was typed, to the ledger's path. */
export async function ledgerOf(path: string): Promise<string> {
  if (path.endsWith(LEDGER_ENDING)) return path;
  const sibling = path + LEDGER_ENDING;
  if (await exists(sibling)) return sibling;
  if (await isDatabase(path)) return path;
  throw new UsageError(`${path} has no ledger, as ${sibling} does not exist; name the ledger itself`);
}

/** Settles what becomes of files that are there already, before anything is read or sent. */
export async function settleFiles(request: RunRequest, hooks: RunHooks, date: Date): Promise<void> {
  const { input, output, ledger } = request;
  if (ledger !== null && ledger === input)
    throw new UsageError(`--ledger ${ledger} is the input as well; name another file`);
  if (ledger !== null && ledger === output)
    throw new UsageError(`--ledger ${ledger} is the output as well; name another file`);
  if (output !== "-") await checkOutputWritable(output, input === "-" ? null : input);
  if (request.fresh && ledger !== null && (await exists(ledger))) {
    await keepUnderDate(ledger, output, date, hooks);
    return;
  }
  if (output === "-" || ledger === null || request.overwrite || (await sizeOf(output)) === 0) return;
  if (await outputExistsWithoutLedger(output, ledger)) {
    throw new UsageError(
      `${output} exists, and no ledger (${ledger}) tells what it holds; choose another -o, or --overwrite to replace it`,
    );
  }
}

/** A run that was refused leaves no ledger behind in which nothing was ever sent: it goes while its lock is held. */
export async function removeUnusedLedger(request: RunRequest, ledger: Ledger): Promise<void> {
  if (request.ledger === null) return;
  const { output, totals } = await ledger.info();
  if (output !== null || Object.keys(totals.attempts).length > 0) return;
  // Where an open file cannot be removed it stays.
  await rm(request.ledger, { force: true }).catch(() => {});
}

/** `--fresh`: the ledger, and OUTPUT with it, go on under a dated name; nothing paid is ever deleted. */
async function keepUnderDate(ledger: string, output: string, date: Date, hooks: RunHooks): Promise<void> {
  await refuseLive(ledger);
  const isOutputThere = output !== "-" && (await isFile(output));
  const ending = await freeEnding(isOutputThere ? [ledger, output] : [ledger], date);
  await rename(ledger, ledger + ending);
  for (const companion of ["-wal", "-shm"]) {
    if (await exists(ledger + companion)) await rename(ledger + companion, ledger + ending + companion);
  }
  hooks.note(`The old ledger is kept as ${ledger}${ending}.`);
  if (!isOutputThere) return;
  await rename(output, output + ending);
  hooks.note(`The old output is kept as ${output}${ending}.`);
}

/** A ledger that cannot be read may be put aside all the same: that is what `--fresh` is for then. */
async function refuseLive(ledger: string): Promise<void> {
  const info = await readLedgerInfo(ledger).catch(() => null);
  if (info === null || info.running === null) return;
  throw new UsageError(
    `The ledger ${ledger} is in use by process ${info.running.pid}; wait for it to end, or stop it`,
  );
}

/** ".2026-11-23-053714", with a number behind it where a file has that name already. */
async function freeEnding(paths: readonly string[], date: Date): Promise<string> {
  const stamp = date.toISOString().slice(0, 19).replaceAll(":", "").replace("T", "-");
  for (let number = 1; ; number += 1) {
    const ending = number === 1 ? `.${stamp}` : `.${stamp}-${number}`;
    const taken = await Promise.all(paths.map((path) => exists(path + ending)));
    if (!taken.includes(true)) return ending;
  }
}

async function isDatabase(path: string): Promise<boolean> {
  if (!(await isFile(path))) return false;
  await using handle = await open(path, "r");
  const { buffer } = await handle.read(Buffer.alloc(SQLITE_MAGIC.length), 0, SQLITE_MAGIC.length, 0);
  return buffer.toString("latin1") === SQLITE_MAGIC;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

async function sizeOf(path: string): Promise<number | null> {
  return (await stat(path).catch(() => null))?.size ?? null;
}
