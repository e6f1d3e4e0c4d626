import { openLedger } from "../ledger/index.ts";
import type { Clock } from "../model/clock.ts";
import { UsageError } from "../model/errors.ts";
import type { Ledger, LedgerInfo } from "../model/ledger.ts";
import type { SettledRow } from "../model/outcome.ts";
import type { Sink } from "../model/sink.ts";
import type { Source } from "../model/source.ts";
import { checkOutputWritable, chooseFormat, lineFormat, openFileSink, stdoutSink } from "../sink/index.ts";
import { openFileSource } from "../source/index.ts";
import { exists, isSamePlace, sizeOf } from "./file-facts.ts";
import { PAGE_BYTES, PAGE_ROWS } from "./page-size.ts";
import { refuseColumnCollisions } from "./rows-columns.ts";
import { ledgerOf, refuseLedgerAsOutput } from "./run-files.ts";

export interface ExportRequest {
  /** OUTPUT or its ledger. */
  from: string;
  /** Where to write; "-" for standard output. */
  to: string;
  format?: string | undefined;
  /** For the rows format: the name of the answer's column, and what stands before those of all added ones. */
  answerColumn?: string | undefined;
  prefix?: string | undefined;
  /** INPUT, for the rows format: its columns are not in the ledger. */
  input?: string | undefined;
  overwrite: boolean;
  clock: Clock;
  onTrouble: (message: string | null) => void;
}

/** Said of rows that no run finished: what was in flight when a process died is told apart by the next run. */
const NOT_SENT = { code: "not-sent", message: "this row has not been answered yet" };

/** Writes every row of a ledger again, in input order and any format; free. Returns how many, and how many have no answer. */
export async function exportLedger(request: ExportRequest): Promise<{ rows: number; unanswered: number }> {
  const ledgerPath = await ledgerOf(request.from);
  const name = chooseFormat({ output: request.to === "-" ? null : request.to, explicit: request.format });
  if (name === "rows" && request.input === undefined) {
    throw new UsageError("--format rows repeats the input's columns: name the input with --input FILE");
  }
  await refuseTarget(request);
  const source = request.input === undefined ? null : await openFileSource(request.input);
  const ledger = await openLedger({ path: ledgerPath, mode: "open", onTrouble: request.onTrouble });
  try {
    const info = await ledger.info();
    await refuseInputAsTarget(request, info);
    if (source !== null) {
      await refuseOtherInput(source, info, ledgerPath);
      await refuseColumnCollisions({ ...request, output: request.to }, source);
    }
    const read = source === null ? null : source.read.bind(source);
    const { answerColumn, prefix } = request;
    const format = lineFormat(name, {
      ...(answerColumn === undefined ? {} : { answerColumn }),
      ...(prefix === undefined ? {} : { prefix }),
      inputKind: source?.kind ?? "jsonl",
    });
    const sink = await openTarget(request, format, read);
    return await copy(ledger, sink);
  } finally {
    await ledger.close();
    await source?.close();
  }
}

/** Nothing that was paid for or asked is ever written over. */
async function refuseTarget({ to, input, overwrite }: ExportRequest): Promise<void> {
  if (to === "-") return;
  await checkOutputWritable(to, input ?? null);
  await refuseLedgerAsOutput(to);
  if (!overwrite && ((await sizeOf(to)) ?? 0) > 0)
    throw new UsageError(`${to} exists: choose another -o, or --overwrite to replace it`);
}

/** The input is known to the ledger, too, where nobody names it. */
async function refuseInputAsTarget({ to }: ExportRequest, { settings }: LedgerInfo): Promise<void> {
  if (to === "-" || settings === null || !(await exists(to))) return;
  if (await isSamePlace(to, settings.sourceName))
    throw new UsageError(`output ${to} is the input of this run; choose another file with -o`);
}

/** Columns are read where the plan saw their rows: in a file that changed, other rows lie there. */
async function refuseOtherInput(source: Source, { settings }: LedgerInfo, ledger: string): Promise<void> {
  const planned = settings?.sourceFingerprint ?? "";
  if (planned === "") {
    throw new UsageError(
      `${ledger} cannot tell whether its rows are those of ${source.name}, as they were sent while they arrived, or it was ` +
        `recovered; run ${source.name} once more without --stream-input, which asks no answered row again`,
    );
  }
  if (planned.startsWith(await source.fingerprint())) return;
  throw new UsageError(
    `${source.name} is not what ${ledger} was made from (${settings?.sourceName}, as it was then); ` +
      "run it again to take the changes in, or leave --format rows out",
  );
}

async function openTarget(
  { to, clock, onTrouble }: ExportRequest,
  format: ReturnType<typeof lineFormat>,
  readInput: (Parameters<typeof stdoutSink>[0]["readInput"] & {}) | null,
): Promise<Sink> {
  if (to === "-") return stdoutSink({ format, clock, onTrouble, readInput });
  return openFileSink({
    path: to,
    format,
    order: "input",
    position: null,
    firstChange: 0,
    onPosition: () => {},
    onTrouble,
    clock,
    readInput,
    overwrite: true,
  });
}

async function copy(ledger: Ledger, sink: Sink): Promise<{ rows: number; unanswered: number }> {
  const count = { rows: 0, unanswered: 0 };
  for (let index = 0; ; ) {
    const page = await ledger.read(index, PAGE_ROWS, PAGE_BYTES, "all");
    if (page.length === 0) break;
    await sink.write(page.map(withReason));
    index += page.length;
    const rows = page.filter(({ status }) => status !== "blank");
    count.rows += rows.length;
    count.unanswered += rows.filter(({ status }) => status !== "answered").length;
  }
  await sink.end(true);
  return count;
}

function withReason(row: SettledRow): SettledRow {
  return row.status === "unsent" && row.error === null ? { ...row, error: NOT_SENT } : row;
}
