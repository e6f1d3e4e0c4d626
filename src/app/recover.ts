import { rename } from "node:fs/promises";
import { type FoundAnswer, type Recovered, Recovery } from "../ledger/index.ts";
import { formatCount } from "../model/count.ts";
import { UsageError } from "../model/errors.ts";
import { hash16 } from "../plan/index.ts";
import { agreesWith, readOpenaiLine } from "../sink/index.ts";
import { openFileSource } from "../source/index.ts";
import { isFile, isSamePlace } from "./file-facts.ts";
import { renameUnderDate } from "./fresh-start.ts";
import { LEDGER_ENDING, ledgerOf } from "./run-files.ts";
import type { RunHooks } from "./run-request.ts";

export interface RecoverRequest {
  /** OUTPUT or its ledger. */
  from: string;
  /** A ledger that lies elsewhere than beside OUTPUT. */
  ledger?: string | undefined;
  /** INPUT as it was, which tells the rows of answers that only OUTPUT holds; false to do without them. */
  input?: string | false | undefined;
  date: Date;
}

export interface RecoverReport extends Recovered {
  /** OUTPUT, where there is one. */
  output: string | null;
  /** True when OUTPUT shows another plan than the ledger holds, or was edited: nothing was taken from it. */
  outputDiffers: boolean;
  lostCommits: number;
}

/** Makes a sound ledger of what a damaged one and OUTPUT still hold; the damaged one is kept under a dated name. */
export async function recoverLedger(
  request: RecoverRequest,
  hooks: Pick<RunHooks, "note">,
): Promise<RecoverReport> {
  const ledger = request.ledger ?? (await ledgerOf(request.from));
  const output = await outputOf(request.from, ledger);
  const recovery = Recovery.open(ledger);
  let isReplaced = false;
  try {
    const outputDiffers =
      output !== null && recovery.output ? !(await agreesWith(output, recovery.output)) : false;
    if (output !== null && !outputDiffers) await takeOutput(recovery, output, request.input || null);
    const recovered = recovery.finish();
    refuseUnplaced(recovered.unplaced, request, output);
    const { totals, rows } = recovered.info;
    if (rows === 0 && totals.attempts.answered === undefined) throw nothingLeft(ledger, output);
    await renameUnderDate(ledger, "-", request.date, hooks);
    await rename(recovery.path, ledger);
    isReplaced = true;
    return { ...recovered, output, outputDiffers, lostCommits: recovery.lostCommits };
  } finally {
    recovery.close(isReplaced);
  }
}

function nothingLeft(ledger: string, output: string | null): UsageError {
  const where = output === null ? ledger : `${ledger} or ${output}`;
  return new UsageError(
    `Nothing can be saved of ${where}; restore a copy of the ledger, or begin a new one with --fresh, which keeps the old file.`,
  );
}

async function outputOf(from: string, ledger: string): Promise<string | null> {
  const output = from.endsWith(LEDGER_ENDING) ? from.slice(0, -LEDGER_ENDING.length) : from;
  if (!(await isFile(output)) || (await isSamePlace(output, ledger))) return null;
  return output;
}

async function takeOutput(recovery: Recovery, output: string, input: string | null): Promise<void> {
  const sources = input === null ? null : await hashesOf(input);
  const lines = await openFileSource(output, { kind: "text" });
  try {
    for await (const batch of lines.lines()) {
      const found = batch.flatMap(({ bytes }): FoundAnswer[] => {
        const answer = readOpenaiLine(bytes);
        return answer === null ? [] : [{ ...answer, source: sources?.[answer.line - 1] ?? null }];
      });
      recovery.add(found, recovery.output !== undefined);
    }
  } finally {
    await lines.close();
  }
}

/** Said before the damaged ledger makes way: afterwards there is nothing to recover from. */
function refuseUnplaced(unplaced: number, { input }: RecoverRequest, output: string | null): void {
  if (unplaced === 0 || input !== undefined) return;
  const answers = unplaced === 1 ? "1 answer" : `${formatCount(unplaced)} answers`;
  throw new UsageError(
    `${answers} of ${output} can be told their rows only by the input as it was: name it with --input FILE, ` +
      "or do without them with --no-input; nothing was changed.",
  );
}

/** The hash of every line of INPUT, as the plan has it. */
async function hashesOf(input: string): Promise<Uint8Array[]> {
  const source = await openFileSource(input);
  const hashes: Uint8Array[] = [];
  try {
    for await (const batch of source.lines()) for (const { bytes } of batch) hashes.push(hash16(bytes));
    return hashes;
  } finally {
    await source.close();
  }
}
