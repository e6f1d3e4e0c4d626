import type { DatabaseSync } from "node:sqlite";
import type { LaneExperience } from "../model/experience.ts";
import type {
  AppendedRow,
  BeginOptions,
  CopiedRow,
  LedgerInfo,
  LedgerTotals,
  PulledRow,
  RunStart,
} from "../model/ledger.ts";
import type { Readable, SettledRow } from "../model/outcome.ts";
import type { PlanComparison, PlanRow, PlanSettings } from "../model/plan.ts";
import { adoptPlan } from "./adopt-plan.ts";
import { Appender } from "./append-rows.ts";
import { Attempts } from "./attempts.ts";
import { beginRun } from "./begin-run.ts";
import { totalsOf } from "./book.ts";
import { comparePlans } from "./compare-plans.ts";
import { Copies } from "./copies.ts";
import { describeLedger } from "./describe-ledger.ts";
import { experienceOf } from "./experience.ts";
import { LedgerState } from "./ledger-state.ts";
import { matchPlans } from "./match-plans.ts";
import type { Parcel } from "./packing.ts";
import { pruneBelow } from "./prune.ts";
import { Reader } from "./read-rows.ts";
import { recentAnswers } from "./recent-answers.ts";
import { IntentResolver } from "./resolve-intents.ts";
import { Staging } from "./staging.ts";
import { applyWrites } from "./write-operations.ts";

/** Copies told at once: a leader may have a million. */
const COPIES_AT_ONCE = 4096;

/** The ledger's verbs on one SQLite file, synchronous: it lives in the worker, where waiting harms nobody. */
export class SqliteLedger {
  readonly #database: DatabaseSync;
  readonly #state: LedgerState;
  readonly #staging: Staging;
  readonly #attempts: Attempts;
  readonly #appender: Appender;
  readonly #copies: Copies;
  readonly #reader: Reader;
  readonly #intents: IntentResolver;
  readonly #temporary: boolean;
  /** Copies settled since somebody took them. */
  readonly #copied: CopiedRow[] = [];
  /** The staged rows the current match was made for; null = none. */
  #matched: number | null = null;

  constructor(database: DatabaseSync, options: { temporary: boolean }) {
    this.#database = database;
    this.#temporary = options.temporary;
    this.#state = new LedgerState(database);
    this.#staging = new Staging(database, this.#state);
    this.#attempts = new Attempts(database, this.#state);
    this.#appender = new Appender(database, this.#state);
    this.#copies = new Copies(database, this.#attempts);
    this.#reader = new Reader(database, this.#state);
    this.#intents = new IntentResolver(database, this.#state);
  }

  /** Commits made since the ledger exists. */
  get commits(): number {
    return this.#state.book.commits;
  }

  info(): LedgerInfo {
    return describeLedger(this.#database, this.#state, this.#state.reopening !== null);
  }

  totals(): LedgerTotals {
    return totalsOf(this.#state.book);
  }

  experience(): LaneExperience[] {
    return experienceOf(recentAnswers(this.#database, this.#state));
  }

  stage(rows: Iterable<PlanRow>): void {
    this.#matched = null;
    this.#staging.add(rows);
  }

  unstage(): void {
    this.#matched = null;
    this.#staging.clear();
  }

  compare(): PlanComparison {
    this.#match();
    return comparePlans(this.#database, this.#state);
  }

  adopt(settings: PlanSettings, changed: "ask-again" | "keep"): void {
    this.#match();
    adoptPlan(this.#database, this.#state, this.#intents, settings, changed);
    this.unstage();
    this.#reader.forget();
    this.#appender.forget();
  }

  begin(options: BeginOptions): RunStart {
    const start = beginRun(this.#database, this.#state, this.#intents, this.#copies, options);
    this.#reader.forget();
    return start;
  }

  pull(lane: string, after: number, count: number): PulledRow[] {
    return this.#reader.pull(lane, after, count);
  }

  takeCopies(): CopiedRow[] {
    return this.#copied.splice(0, COPIES_AT_ONCE);
  }

  read(from: number, count: number, maxBytes: number, which: Readable = "settled"): SettledRow[] {
    return this.#reader.read(from, count, maxBytes, which);
  }

  readSettled(after: number, count: number, maxBytes: number): { rows: SettledRow[]; sequence: number } {
    return this.#reader.readSettled(after, count, maxBytes);
  }

  /** Applies the writes of all parcels in one commit. The rows appended come back parcel by parcel. */
  write(parcels: readonly Parcel[]): AppendedRow[][] {
    const copiedBefore = this.#copied.length;
    try {
      return this.#state.transaction(() =>
        parcels.map((parcel) => {
          const appended: AppendedRow[] = [];
          applyWrites(parcel, {
            intend: (intent) => this.#attempts.intend(intent),
            settle: (record) => {
              this.#attempts.settle(record);
              this.#follow(record.index);
            },
            skip: (index, error) => {
              this.#attempts.skip(index, error);
              this.#follow(index);
            },
            append: (row) => appended.push(this.#append(row)),
            position: (output) => {
              this.#state.book.output = output;
            },
            prune: (below) => {
              if (this.#temporary) pruneBelow(this.#database, below);
            },
          });
          return appended;
        }),
      );
    } catch (error) {
      this.#appender.forget();
      this.#copied.length = copiedBefore;
      throw error;
    }
  }

  #follow(index: number): void {
    if (this.#state.dedupe) this.#copies.follow(index, (copy) => this.#copied.push(copy));
  }

  #append(row: PlanRow): AppendedRow {
    const appended = this.#appender.append(row);
    return this.#state.dedupe ? this.#copies.join(appended, row.requestHash) : appended;
  }

  #match(): void {
    if (this.#matched === this.#staging.rows) return;
    this.#staging.prepare();
    matchPlans(this.#database, this.#state);
    this.#matched = this.#staging.rows;
  }
}
