import { isAbsolute, relative } from "node:path";
import type { Clock } from "../model/clock.ts";
import { UsageError } from "../model/errors.ts";
import { isOutdated, type Ledger, type LedgerInfo } from "../model/ledger.ts";
import type { SettledRow } from "../model/outcome.ts";
import type { Sink } from "../model/sink.ts";
import type { Source } from "../model/source.ts";
import { chooseFormat, lineFormat, openFileSink, stdoutSink } from "../sink/index.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";

/** OUTPUT, open, and where delivery begins. */
export interface OpenOutput {
  sink: Sink;
  resumeFrom: number;
  /** Keeps the lines that are about to be replaced in a file of their own, and tells its name; null where none are. */
  keepReplaced(): Promise<string | null>;
  /** True where a run that ended early left the lines of the one before, which go further. */
  isOutdated(): boolean;
  /** Resolves when the reader of a pipe has gone. */
  closed: Promise<void>;
}

const PAGE_ROWS = 256;
const PAGE_BYTES = 1024 * 1024;

export interface OutputParts {
  ledger: Ledger;
  info: LedgerInfo;
  readInput: Source["read"] | null;
  /** The smallest index whose line may change in this run. */
  firstChange: number;
  clock: Clock;
  onTrouble: (message: string | null) => void;
}

export async function openOutput(
  request: RunRequest,
  hooks: RunHooks,
  parts: OutputParts,
): Promise<OpenOutput> {
  const { clock, readInput, ledger, onTrouble } = parts;
  const format = formatOf(request);
  refuseWithoutInput(format, readInput);
  if (request.output === "-") {
    const sink = stdoutSink({ format, clock, readInput, onTrouble });
    return {
      sink,
      resumeFrom: 0,
      keepReplaced: async () => null,
      isOutdated: () => false,
      closed: sink.closed,
    };
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
    durability: request.durability,
  });
  const asTyped = (path: string) => (isAbsolute(request.output) ? path : relative(process.cwd(), path));
  if (sink.keptAs !== null) {
    hooks.note(
      `${request.output} was changed since the last run; it is kept as ${asTyped(sink.keptAs)} and rebuilt from the ledger.`,
    );
  }
  const keepReplaced = async () => {
    const path = await sink.keepReplaced();
    return path === null ? null : asTyped(path);
  };
  return {
    sink,
    resumeFrom: sink.resumeFrom,
    keepReplaced,
    isOutdated: () => isOutdated(sink.position()),
    closed: sink.closed,
  };
}

/** True when a row that OUTPUT already shows is to be sent again. */
function changesLines({ info, firstChange }: OutputParts): boolean {
  return info.output !== null && firstChange < info.output.nextIndex;
}

/** Refuses options of OUTPUT that do not fit together, before any file is touched. */
export function refuseOutputOptions(request: RunRequest): void {
  const format = formatOf(request);
  if (request.streamInput && request.input === "-") refuseWithoutInput(format, null);
}

function refuseWithoutInput(format: ReturnType<typeof lineFormat>, readInput: Source["read"] | null): void {
  if (!format.needsInput || readInput !== null) return;
  throw new UsageError(
    `--format ${format.name} repeats the input's columns, which cannot be read again from a pipe; leave --stream-input out`,
  );
}

function formatOf(request: RunRequest): ReturnType<typeof lineFormat> {
  const name = chooseFormat({
    output: request.output === "-" ? null : request.output,
    explicit: request.format,
  });
  if (name !== "rows" && (request.answerColumn !== undefined || request.prefix !== undefined)) {
    throw new UsageError(
      "--answer-column and --prefix name columns of --format rows; add it, or leave them out",
    );
  }
  return lineFormat(name, {
    ...(request.answerColumn === undefined ? {} : { answerColumn: request.answerColumn }),
    ...(request.prefix === undefined ? {} : { prefix: request.prefix }),
    inputKind: request.input.toLowerCase().endsWith(".txt") ? "text" : "jsonl",
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
