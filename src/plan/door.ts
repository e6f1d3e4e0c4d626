import { UsageError } from "../model/errors.ts";
import type { Ledger } from "../model/ledger.ts";
import type { PlanComparison, PlanRow } from "../model/plan.ts";
import type { Source } from "../model/source.ts";
import type { ModelEstimate } from "./estimate.ts";
import type { Planner } from "./planner.ts";
import type { Replacements } from "./tallies.ts";

/** Bad rows that are told one by one; the rest are counted. */
export const PROBLEMS_SHOWN = 20;
/** Rows handed to the ledger at once; larger batches outlive the young generation and cost 70 MB of heap. */
const STAGED_ROWS = 500;
/** After so many rows that all fail for one reason of the whole input, reading on would only repeat it. */
const ROWS_BEFORE_GIVING_UP = 1000;

export interface DoorParts {
  source: Source;
  planner: Planner;
  ledger: Pick<Ledger, "stage" | "unstage" | "compare">;
  /** Bad rows pass the door, as rows with nothing to send. */
  skipInvalid: boolean;
  /** Rows read so far, the byte up to which the source is read, after each batch. */
  onProgress?: ((rows: number, bytes: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** What was found while every row was read once. */
export interface DoorReport {
  /** Lines that hold something, bad ones included. */
  rows: number;
  blank: number;
  invalid: number;
  /** The first bad rows: "line 7: not valid JSON: Unexpected token } at column 31". */
  problems: readonly string[];
  /** True when nothing keeps the plan from being adopted: no bad row (or they are skipped), no id twice. */
  passed: boolean;
  comparison: PlanComparison;
  /** By model: what the rows add up to, for the estimate of time and money. */
  estimates: ReadonlyMap<string, ModelEstimate>;
  replacements: Replacements;
}

/**
 * Reads every row once and stages the plan; nothing is sent before this is over. The plan stays staged for
 * `adopt`. Throws a UsageError for what is wrong with the input as a whole, and the signal's reason when it is
 * aborted; then nothing stays staged.
 */
export async function passDoor(parts: DoorParts): Promise<DoorReport> {
  const { source, planner, ledger } = parts;
  await ledger.unstage();
  let staging: Promise<void> = Promise.resolve();
  try {
    const counts = new RowCounts();
    let staged: PlanRow[] = [];
    for await (const lines of source.lines()) {
      parts.signal?.throwIfAborted();
      for (const line of lines) {
        const row = planner.plan(line);
        counts.add(row);
        staged.push(row);
      }
      if (counts.rows >= ROWS_BEFORE_GIVING_UP) refuseWhole(source, planner, false);
      if (staged.length >= STAGED_ROWS) {
        // One batch is written while the next is read: the slower of the two sets the pace.
        await staging;
        staging = stage(ledger, staged);
        staged = [];
      }
      const last = lines.at(-1);
      if (last !== undefined) parts.onProgress?.(counts.rows, last.offset + last.bytes.length);
    }
    await staging;
    if (counts.rows === 0) throw new UsageError(`${source.name} holds no rows; put one request on each line`);
    refuseWhole(source, planner, true);
    if (staged.length > 0) await ledger.stage(staged);
    parts.signal?.throwIfAborted();
    const comparison = await ledger.compare();
    const { rows, blank, invalid, problems } = counts;
    const passed = (invalid === 0 || parts.skipInvalid) && comparison.duplicates.total === 0;
    const estimates = planner.estimates();
    const replacements = planner.replacements();
    return { rows, blank, invalid, problems, passed, comparison, estimates, replacements };
  } catch (error) {
    await staging.catch(() => {});
    await ledger.unstage();
    throw error;
  }
}

/** What the door reports of the rows themselves, counted as they pass. */
class RowCounts implements Pick<DoorReport, "rows" | "blank" | "invalid" | "problems"> {
  rows = 0;
  blank = 0;
  invalid = 0;
  readonly problems: string[] = [];

  add(row: PlanRow): void {
    if (row.kind === "blank") this.blank++;
    else this.rows++;
    if (row.kind !== "invalid") return;
    this.invalid++;
    if (this.problems.length < PROBLEMS_SHOWN) this.problems.push(`line ${row.line}: ${row.problem}`);
  }
}

/** A rejection is met at the next `await staging`; until then it must not count as unhandled. */
function stage(ledger: DoorParts["ledger"], rows: readonly PlanRow[]): Promise<void> {
  const staging = ledger.stage(rows);
  staging.catch(() => {});
  return staging;
}

function refuseWhole(source: Source, planner: Planner, atEnd: boolean): void {
  const problem = planner.wholeInputProblem(atEnd);
  if (problem !== null) throw new UsageError(`${source.name}: ${problem}`);
}
