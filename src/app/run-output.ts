import type { Clock } from "../model/clock.ts";
import { UsageError } from "../model/errors.ts";
import type { Ledger, LedgerInfo } from "../model/ledger.ts";
import type { SettledRow } from "../model/outcome.ts";
import type { Sink } from "../model/sink.ts";
import type { Source } from "../model/source.ts";
import { chooseFormat, lineFormat, openFileSink, stdoutSink } from "../sink/index.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";

/** OUTPUT, open, and where delivery begins. */
export interface OpenOutput {
  sink: Sink;
  resumeFrom: number;
  /** Resolves when the reader of a pipe has gone. */
  closed: Promise<void>;
}

const PAGE_ROWS = 256;
const PAGE_BYTES = 1024 * 1024;

export interface OutputParts {
  ledger: Ledger;
  info: LedgerInfo;
  source: Source;
  /** The smallest index whose line may change in this run. */
  firstChange: number;
  clock: Clock;
  onTrouble: (message: string | null) => void;
  signal: AbortSignal;
}

export async function openOutput(
  request: RunRequest,
  hooks: RunHooks,
  parts: OutputParts,
): Promise<OpenOutput> {
  const { clock, source, ledger, onTrouble, signal } = parts;
  const format = formatOf(request);
  const readInput = (places: readonly { offset: number; length: number }[]) => source.read(places);
  if (request.output === "-") {
    const sink = stdoutSink({ format, clock, readInput, onTrouble, signal });
    return { sink, resumeFrom: 0, closed: sink.closed };
  }
  // In completion order a row that goes again moves to the end: every line after it changes its place.
  const firstChange = request.order === "completion" && parts.firstChange < Infinity ? 0 : parts.firstChange;
  const last = parts.info.output;
  const sink = await openFileSink({
    path: request.output,
    format,
    order: request.order,
    position: last,
    firstChange:
      request.order === "completion" && !changesLines(parts) ? Number.POSITIVE_INFINITY : firstChange,
    onPosition: (position) => ledger.position(position),
    onTrouble,
    clock,
    readInput,
    continuation: request.order === "input" ? (written) => settledFrom(ledger, written) : null,
    overwrite: request.overwrite,
    signal,
  });
  if (sink.keptAs !== null) {
    hooks.note(
      `${request.output} was changed since the last run: kept as ${sink.keptAs}, rebuilt from the ledger.`,
    );
  }
  return { sink, resumeFrom: sink.resumeFrom, closed: sink.closed };
}

/** True when a row that OUTPUT already shows is to be sent again. */
function changesLines({ info, firstChange }: OutputParts): boolean {
  return info.output !== null && firstChange < info.output.nextIndex;
}

export function formatOf(request: RunRequest): ReturnType<typeof lineFormat> {
  const name = chooseFormat({
    output: request.output === "-" ? null : request.output,
    explicit: request.format,
  });
  if (name !== "rows" && (request.answerColumn !== undefined || request.prefix !== undefined)) {
    throw new UsageError("--answer-column and --prefix name columns of --format rows.");
  }
  return lineFormat(name, {
    ...(request.answerColumn === undefined ? {} : { answerColumn: request.answerColumn }),
    ...(request.prefix === undefined ? {} : { prefix: request.prefix }),
  });
}

/** The settled rows from an index on, in order, up to the first that is not. */
async function* settledFrom(ledger: Ledger, index: number): AsyncIterable<readonly SettledRow[]> {
  for (let from = index; ; ) {
    const rows = await ledger.read(from, PAGE_ROWS, PAGE_BYTES);
    if (rows.length === 0) return;
    yield rows;
    from += rows.length;
  }
}
