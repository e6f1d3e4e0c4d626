import { ArrivingFeed } from "../engine/arriving-feed.ts";
import type { Run } from "../engine/run.ts";
import type { RunEnd } from "../engine/run-parts.ts";
import type { Outcome } from "../model/answer.ts";
import type { AnswerCache } from "../model/answer-cache.ts";
import { type BudgetTerms, DEFAULT_BUDGET_MODE, openEndedAtOnce } from "../model/budget.ts";
import type { Clock } from "../model/clock.ts";
import type { RunListener } from "../model/events.ts";
import type { LaneExperience } from "../model/experience.ts";
import type { Ledger, LedgerInfo, LedgerTotals } from "../model/ledger.ts";
import { usdToTicks } from "../model/money.ts";
import type { Sink } from "../model/sink.ts";
import type { Source } from "../model/source.ts";
import { createPlanner, type Planner } from "../plan/index.ts";
import { openFileSource } from "../source/index.ts";
import type { Account } from "./account.ts";
import { Arrivals } from "./arrivals.ts";
import { passFileDoor } from "./file-door.ts";
import { sayingAs, throwAs } from "./library-words.ts";
import { openCache } from "./open-cache.ts";
import type { RunOptions } from "./options.ts";
import type { Patience } from "./patience.ts";
import { plannerOptionsOf } from "./planner-options.ts";
import type { RowKeeper } from "./row-keeper.ts";
import { type RowBatches, rowsOfFile } from "./row-source.ts";
import { beginArrivals, openRunLedger, type RunLedger } from "./run-ledger.ts";
import { wireRun } from "./wire-run.ts";

/** What a run is composed of. */
export interface RunParts<Row> {
  /** The function that sentences about the run begin with. */
  caller: string;
  /** The path of a file, or the rows themselves. */
  source: string | RowBatches<Row>;
  options: RunOptions<Row>;
  patience: Patience;
  account: () => Promise<Account>;
  /** The instance's, for a run that names none. */
  ledger: string | undefined;
  /** The ledger when nobody names one. */
  makeLedger: () => Promise<Ledger>;
  /** Told when the run begins and when nothing of it is left. */
  began: () => void;
  ended: () => void;
}

interface CachedParts<Row> extends RunParts<Row> {
  cache: AnswerCache | null;
}

/** Who takes part while the run goes on. */
export interface RunCompany<Row> {
  /** Whoever iterates. */
  queue: Sink;
  rows: RowKeeper<Row>;
  clock: Clock;
  tell: RunListener;
  /** The engine is at work: whoever wants to stop or watch it has it now. */
  began(run: Run, account: Account): void;
  /** Throws once the run is to stop: nothing further is opened. */
  throwIfStopped(): void;
}

export interface RunResult<Row> {
  stop: RunEnd["stop"];
  /** For a stopped run: an outcome for every row that was read and not handed over. */
  rest: Outcome<Row>[];
}

/** Account, ledger, rows, engine: opened in this order, closed in the other. */
export async function performRun<Row>(
  parts: RunParts<Row>,
  company: RunCompany<Row>,
): Promise<RunResult<Row>> {
  company.throwIfStopped();
  const account = (await parts.account()).borrowing(parts.options);
  company.throwIfStopped();
  const { cache: folder, ledger: own, durability } = parts.options;
  const { caller, makeLedger: makeTemporary } = parts;
  const given = own ?? parts.ledger;
  const ledger = await openRunLedger({ caller, given, durability, makeTemporary });
  try {
    const onNote = (message: string) => company.tell({ type: "note", message });
    const cache = folder === undefined ? null : openCache(folder, account, onNote);
    try {
      const { source } = parts;
      const asked = { ...parts, cache };
      return typeof source === "string"
        ? await performFile(asked, company, account, ledger, source)
        : await performRows(asked, company, account, ledger, source, null);
    } finally {
      await cache?.close();
    }
  } finally {
    await ledger.release();
  }
}

async function performFile<Row>(
  parts: CachedParts<Row>,
  company: RunCompany<Row>,
  account: Account,
  ledger: RunLedger,
  path: string,
): Promise<RunResult<Row>> {
  const source = await openFileSource(path).catch((error: unknown) => throwAs("run", error));
  try {
    const { toRequest, signal } = parts.options;
    await passFileDoor({
      source,
      planner: plannerOf(parts, account, source),
      ledger: ledger.ledger,
      // A file's rows are of unknown type; the signature of `run` says so.
      toRequest: toRequest as ((row: unknown) => unknown) | undefined,
      signal,
    }).catch((error: unknown) => {
      company.throwIfStopped();
      throw error;
    });
    const rows = rowsOfFile(source) as RowBatches<Row>;
    return await performRows(parts, company, account, ledger, rows, source);
  } finally {
    await source.close();
  }
}

async function performRows<Row>(
  parts: CachedParts<Row>,
  company: RunCompany<Row>,
  account: Account,
  ledger: RunLedger,
  rows: RowBatches<Row>,
  source: Source | null,
): Promise<RunResult<Row>> {
  const {
    toRequest,
    dedupe = false,
    retryFailed = false,
    retryUnknown = false,
    budget,
    sink,
  } = parts.options;
  const planner = plannerOf(parts, account, source);
  const place = { name: source?.name ?? "rows of a program", requestSettings: planner.settings() };
  const info = await beginArrivals(ledger, account, place, { dedupe, retryFailed, retryUnknown });
  company.throwIfStopped();
  const refuse = (model: string) =>
    budget === undefined || account.provider.price(model) !== null
      ? null
      : `the budget cannot be kept: nobody tells what ${model} costs at ${account.provider.title}`;
  const keep = (index: number, row: Row) => company.rows.keep(index, row);
  const arrivals = new Arrivals({ rows, planner, toRequest, refuse, keep });
  company.tell({ type: "started", rows: 0, todo: 0, settled: 0 });
  const seen = await ledger.ledger.experience();
  const run = wire(parts, company, account, ledger, { ...info, seen }, arrivals);
  company.began(run, account);
  const end = await run.done;
  await sink?.end(end.stop === null && arrivals.failure === null);
  if (arrivals.failure !== null && end.stop === null) throw arrivals.failure.error;
  const { stop } = end;
  return {
    stop,
    rest: stop === null ? [] : await company.rows.rest(ledger.ledger, end.tried, stop.message),
  };
}

function wire<Row>(
  { cache, options, patience }: CachedParts<Row>,
  company: RunCompany<Row>,
  account: Account,
  { ledger, temporary }: RunLedger,
  { simulated, totals, seen }: LedgerInfo & { seen: readonly LaneExperience[] },
  arrivals: Arrivals<Row>,
): Run {
  const { dedupe = false, model, order = "input", sink } = options;
  const { clock, queue, rows, tell } = company;
  return wireRun({
    account,
    ledger,
    sink: sink === undefined ? queue : forgetting(sink, rows),
    order,
    resumeFrom: 0,
    settledBefore: 0,
    feed: ({ settled, failed }) =>
      new ArrivingFeed({
        ledger,
        arrivals,
        limit: Number.POSITIVE_INFINITY,
        onSettled: settled,
        onGrown: (grown) => tell({ type: "grown", rows: grown }),
        onFailed: failed,
      }),
    // One model for all rows is the only lane there will be; else another may still come.
    soleLane: model !== undefined,
    rehearsal: simulated,
    budget: budgetTerms(options, account, totals),
    seen: new Map(seen.map((lane) => [lane.lane, lane])),
    ...patience,
    cache,
    dedupe,
    // The answer to a row may be that of a later one, too.
    prune: temporary && !dedupe,
    clock,
    random: Math.random,
    listener: tell,
  });
}

function budgetTerms<Row>(
  { budget, budgetMode = DEFAULT_BUDGET_MODE }: RunOptions<Row>,
  { maxConcurrent }: Account,
  { cost, atRisk }: LedgerTotals,
): BudgetTerms | null {
  if (budget === undefined) return null;
  const limit = usdToTicks(budget);
  const openEnded = maxConcurrent() ?? openEndedAtOnce(limit, null);
  return { limit, spent: cost + atRisk, mode: budgetMode, openEnded };
}

function plannerOf<Row>(
  { caller, options, patience }: RunParts<Row>,
  account: Account,
  source: Source | null,
): Planner {
  const kind = options.toRequest === undefined ? source?.kind : undefined;
  return sayingAs(caller, () => createPlanner(plannerOptionsOf(options, account, { ...patience, kind })));
}

/** A sink of the caller's: the rows it took are forgotten here. */
function forgetting<Row>(sink: Sink, keeper: RowKeeper<Row>): Sink {
  return {
    async write(rows) {
      await sink.write(rows);
      keeper.forget(rows);
    },
    end: async () => {},
  };
}
