import { placesOf } from "../model/duplicate-id.ts";
import { UsageError } from "../model/errors.ts";
import type { Ledger } from "../model/ledger.ts";
import type { Source, SourceLine } from "../model/source.ts";
import { type Planner, passDoor } from "../plan/index.ts";
import { inLibraryWords, throwAs, wordsOf } from "./library-words.ts";
import { bytesOf } from "./row-bytes.ts";
import { MADE_AT_ONCE, type RowBatches, rowsOfFile } from "./row-source.ts";

export interface FileDoorParts {
  source: Source;
  /** One of its own: it counts what it sees. */
  planner: Planner;
  ledger: Ledger;
  toRequest: ((row: unknown) => unknown) | undefined;
  signal: AbortSignal | undefined;
}

const NOTHING = new TextEncoder().encode("null");

/** Reads a file once before anything is sent: bad rows and ids given twice are a `UsageError`, and nothing is paid. */
export async function passFileDoor({
  source,
  planner,
  ledger,
  toRequest,
  signal,
}: FileDoorParts): Promise<void> {
  const seen = toRequest === undefined ? source : sourceMade(source, toRequest);
  const report = await passDoor({ source: seen, planner, ledger, skipInvalid: false, signal }).catch(
    (error: unknown) => throwAs("run", error),
  );
  await ledger.unstage();
  const { problems, invalid, comparison } = report;
  if (invalid > 0) {
    const rest = invalid > problems.length ? `\n  … and ${invalid - problems.length} more` : "";
    const list = problems.map((problem) => `  ${inLibraryWords(problem)}`).join("\n");
    throw new UsageError(`run: ${source.name} holds bad rows, so nothing was sent:\n${list}${rest}`);
  }
  const [twice] = comparison.duplicates.first;
  if (twice !== undefined) {
    throw new UsageError(
      `run: ${source.name} gives the custom_id "${twice.customId}" more than once ` +
        `(${placesOf(twice)}), so nothing was sent.`,
    );
  }
}

/** The source as `toRequest` makes it: JSON, whatever the file holds. */
function sourceMade(source: Source, toRequest: (row: unknown) => unknown): Source {
  return {
    name: source.name,
    kind: "jsonl",
    bytes: source.bytes,
    fingerprint: () => source.fingerprint(),
    lines: () => made(source, toRequest),
    read: (places) => source.read(places),
    close: () => source.close(),
  };
}

/** The lines as `toRequest` makes them. */
async function* made(
  source: Source,
  toRequest: (row: unknown) => unknown,
): AsyncGenerator<readonly SourceLine[]> {
  const rows: RowBatches<unknown> = rowsOfFile(source);
  for (let batch = await rows.next(); batch !== null; batch = await rows.next()) {
    while (batch.length > 0) {
      const lines = batch.splice(0, MADE_AT_ONCE).map(async ({ line, row }): Promise<SourceLine> => {
        return { line, offset: 0, bytes: await lineMade(line, row, toRequest) };
      });
      yield await Promise.all(lines);
    }
  }
}

async function lineMade(
  line: number,
  row: unknown,
  toRequest: (row: unknown) => unknown,
): Promise<Uint8Array> {
  try {
    const bytes = bytesOf(await toRequest(row));
    return "problem" in bytes ? NOTHING : bytes;
  } catch (error) {
    throw new UsageError(`line ${line}: toRequest threw: ${wordsOf(error)}`, { cause: error });
  }
}
