import { rm } from "node:fs/promises";
import { UsageError } from "../model/errors.ts";
import type { Ledger } from "../model/ledger.ts";
import { checkOutputWritable, isSpecialFile, outputExistsWithoutLedger } from "../sink/index.ts";
import { exists, isDatabase, isNameTooLong, isSamePlace, sizeOf } from "./file-facts.ts";
import { keepUnderDate, refuseLive } from "./fresh-start.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";

export const LEDGER_ENDING = ".ledger";
/** The longest that SQLite puts behind the name of a ledger. */
const JOURNAL_ENDING = "-journal";

/** OUTPUT or its ledger, whichever was typed, to the ledger's path. */
export async function ledgerOf(path: string): Promise<string> {
  if (path.endsWith(LEDGER_ENDING)) return path;
  const sibling = path + LEDGER_ENDING;
  if (await exists(sibling)) return sibling;
  if (await isDatabase(path)) return path;
  throw new UsageError(`${path} has no ledger, as ${sibling} does not exist; name the ledger itself`);
}

/**
 * Settles what becomes of files that are there already, before anything is read or sent. What comes back undoes it
 * for a run that sent nothing.
 */
export async function settleFiles(
  request: RunRequest,
  hooks: RunHooks,
  date: Date,
): Promise<() => Promise<void>> {
  const { output, ledger } = request;
  await checkPlaces(request, true);
  if (request.fresh && ledger !== null && (await exists(ledger))) {
    return keepUnderDate(ledger, output, date, hooks);
  }
  await refuseForeignOutput(request);
  return async () => {};
}

/** The same questions, with no file touched: what `--fresh` would put aside stays. */
export async function checkFiles(request: RunRequest): Promise<void> {
  await checkPlaces(request, false);
  const { fresh, ledger } = request;
  if (fresh && ledger !== null && (await exists(ledger))) await refuseLive(ledger);
  else await refuseForeignOutput(request);
}

async function checkPlaces(request: RunRequest, mayCreate: boolean): Promise<void> {
  const { input, output, ledger } = request;
  if (ledger !== null) await refuseLedgerPlace(ledger, request);
  if (output === "-") return;
  await checkOutputWritable(output, input === "-" ? null : input, mayCreate);
  await refuseLedgerAsOutput(output);
}

/** An OUTPUT that no ledger tells of is not ours. */
async function refuseForeignOutput({ output, ledger, overwrite }: RunRequest): Promise<void> {
  if (output === "-" || ledger === null || overwrite || (await sizeOf(output)) === 0) return;
  if ((await sizeOf(ledger)) === 0 && (await exists(output))) {
    throw new UsageError(
      `The ledger ${ledger} is empty, though ${output} is not; sluice recover ${ledger} saves what ${output} holds.`,
    );
  }
  if (!(await outputExistsWithoutLedger(output, ledger))) return;
  throw new UsageError(
    `${output} exists, and no ledger (${ledger}) tells what it holds; choose another -o, or --overwrite to replace it`,
  );
}

/** A ledger under whatever name holds what was paid: no `--overwrite` puts answers in its place. */
export async function refuseLedgerAsOutput(output: string): Promise<void> {
  if (!(await isDatabase(output))) return;
  throw new UsageError(`output ${output} is a ledger or another database; choose another file with -o`);
}

/** A run that was refused leaves no ledger behind in which nothing was ever sent: it goes while its lock is held. */
export async function removeUnusedLedger(request: RunRequest, ledger: Ledger): Promise<void> {
  if (request.ledger === null) return;
  const { output, totals } = await ledger.info();
  if (output !== null || Object.keys(totals.attempts).length > 0) return;
  // Where an open file cannot be removed it stays.
  await rm(request.ledger, { force: true }).catch(() => {});
}

async function refuseLedgerPlace(ledger: string, { input, output }: RunRequest): Promise<void> {
  if (input !== "-" && (await isSamePlace(ledger, input)))
    throw new UsageError(`--ledger ${ledger} is the input as well; name another file`);
  if (await isNameTooLong(ledger + JOURNAL_ENDING)) {
    const remedy = ledger === output + LEDGER_ENDING ? "choose a shorter -o" : "choose a shorter --ledger";
    throw new UsageError(`The name of the ledger ${ledger} is too long for its file system; ${remedy}`);
  }
  if (output === "-") return;
  if (await isSamePlace(ledger, output))
    throw new UsageError(`--ledger ${ledger} is the output as well; name another file`);
  if (ledger === output + LEDGER_ENDING && (await isSpecialFile(output))) {
    throw new UsageError(
      `output ${output} is a pipe or a device, beside which no ledger belongs; name another place with --ledger FILE, or use -o -`,
    );
  }
}
