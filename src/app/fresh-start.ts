import { rename } from "node:fs/promises";
import { inUse, readLedgerInfo } from "../ledger/index.ts";
import { exists, isFile } from "./file-facts.ts";
import type { RunHooks } from "./run-request.ts";

/** SQLite's own files beside a ledger that was not closed. */
const COMPANIONS = ["-wal", "-shm"];

/**
 * `--fresh`: the ledger, and OUTPUT with it, go on under a dated name; nothing paid is ever deleted. What comes back
 * gives them their names again where no new ledger stands in their place: a run that was refused changes nothing.
 */
export async function keepUnderDate(
  ledger: string,
  output: string,
  date: Date,
  hooks: RunHooks,
): Promise<() => Promise<void>> {
  await refuseLive(ledger);
  return renameUnderDate(ledger, output, date, hooks);
}

/** The same for files that nobody holds but the caller. */
export async function renameUnderDate(
  ledger: string,
  output: string,
  date: Date,
  hooks: Pick<RunHooks, "note">,
): Promise<() => Promise<void>> {
  const isOutputThere = output !== "-" && (await isFile(output));
  const ending = await freeEnding(isOutputThere ? [ledger, output] : [ledger], date);
  const renames: [from: string, to: string][] = [];
  const keep = async (from: string, to: string) => {
    await rename(from, to);
    renames.unshift([from, to]);
  };
  await keep(ledger, ledger + ending);
  for (const companion of COMPANIONS) {
    if (await exists(ledger + companion)) await keep(ledger + companion, ledger + ending + companion);
  }
  if (isOutputThere) await keep(output, output + ending);
  hooks.note(`The old ledger is kept as ${ledger}${ending}.`);
  if (isOutputThere) hooks.note(`The old output is kept as ${output}${ending}.`);
  return async () => {
    if (await exists(ledger)) return;
    for (const [from, to] of renames) if (!(await exists(from))) await rename(to, from);
    hooks.note("Nothing was sent, so they have their names again.");
  };
}

/** A ledger that cannot be read may be put aside all the same: that is what `--fresh` is for then. */
export async function refuseLive(ledger: string): Promise<void> {
  const info = await readLedgerInfo(ledger).catch(() => null);
  if (info !== null && info.running !== null) throw inUse(ledger, info.running);
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
