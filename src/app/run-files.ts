import { rename, stat } from "node:fs/promises";
import { UsageError } from "../model/errors.ts";
import { checkOutputWritable, outputExistsWithoutLedger } from "../sink/index.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";

export const LEDGER_ENDING = ".ledger";

/** OUTPUT or its ledger, whichever was typed, to the ledger's path. */
export async function ledgerOf(path: string): Promise<string> {
  if (path.endsWith(LEDGER_ENDING)) return path;
  const sibling = path + LEDGER_ENDING;
  if (await exists(sibling)) return sibling;
  throw new UsageError(
    `${path} has no ledger: ${sibling} does not exist. If it lies elsewhere, name it instead.`,
  );
}

/** Settles what becomes of files that are there already, before anything is read or sent. */
export async function settleFiles(request: RunRequest, hooks: RunHooks, date: Date): Promise<void> {
  const { input, output, ledger } = request;
  if (ledger !== null && ledger === input)
    throw new UsageError(`The ledger ${ledger} cannot be the input as well.`);
  if (ledger !== null && ledger === output)
    throw new UsageError(`The ledger ${ledger} cannot be the output as well.`);
  if (output !== "-") await checkOutputWritable(output, input === "-" ? null : input);
  if (request.fresh && ledger !== null && (await exists(ledger))) {
    await keepUnderDate(ledger, output, date, hooks);
    return;
  }
  if (output === "-" || ledger === null || request.overwrite || isEmptyFile(await sizeOf(output))) return;
  if (await outputExistsWithoutLedger(output, ledger)) {
    throw new UsageError(
      `${output} exists, and no ledger (${ledger}) tells what it holds: choose another -o, or --overwrite to replace it.`,
    );
  }
}

/** `--fresh`: the ledger, and OUTPUT with it, go on under a dated name; nothing paid is ever deleted. */
async function keepUnderDate(ledger: string, output: string, date: Date, hooks: RunHooks): Promise<void> {
  const stamp = date.toISOString().slice(0, 19).replaceAll(":", "").replace("T", "-");
  const keptLedger = `${ledger}.${stamp}`;
  await rename(ledger, keptLedger);
  for (const companion of ["-wal", "-shm"]) {
    if (await exists(ledger + companion)) await rename(ledger + companion, keptLedger + companion);
  }
  hooks.note(`The old ledger is kept as ${keptLedger}.`);
  if (output === "-" || !(await isFile(output))) return;
  await rename(output, `${output}.${stamp}`);
  hooks.note(`The old output is kept as ${output}.${stamp}.`);
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

function isEmptyFile(size: number | null): boolean {
  return size === 0;
}
