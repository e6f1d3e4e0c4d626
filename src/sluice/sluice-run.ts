import { ArrivingFeed } from "../engine/arriving-feed.ts";
import type { Run } from "../engine/run.ts";
import { openLedger } from "../ledger/index.ts";
import { type Outcome, toOutcome } from "../model/answer.ts";
import { systemClock } from "../model/clock.ts";
import { RunStoppedError } from "../model/errors.ts";
import type { RunEvent } from "../model/events.ts";
import type { Ledger } from "../model/ledger.ts";
import { usdToTicks } from "../model/money.ts";
import type { SettledRow } from "../model/outcome.ts";
import { createObserver, type Observer, type Snapshot } from "../observe/index.ts";
import { createPlanner } from "../plan/index.ts";
import type { Account } from "./account.ts";
import { arrivalsOf, type RunSource } from "./arrivals.ts";
import type { RunOptions, SluiceOptions } from "./options.ts";
import { OutcomeQueue } from "./outcome-queue.ts";
import { plannerOptionsOf } from "./planner-options.ts";
import { unsentOutcome } from "./unsent-outcome.ts";
import { wireRun } from "./wire-run.ts";

const DEFAULT_TIMEOUT_MS = 3_600_000;
const DEFAULT_RETRIES = 7;

/** A run under way: iterate it for the outcomes, in order. It starts when it is first asked for one. */
export interface SluiceRun<Row> extends AsyncIterable<Outcome<Row>> {
  /** How it stands now: rows, rate, money, what binds. */
  snapshot(): Snapshot;
  /** Calls the listener for every event; returns the unsubscribe. */
  on(listener: (event: RunEvent) => void): () => void;
  /** Starts nothing more; what is in flight is answered and delivered. */
  drain(): void;
}

export interface SluiceRunParts<Row> {
  source: RunSource<Row>;
  options: RunOptions<Row>;
  shared: SluiceOptions;
  account: () => Promise<Account>;
  /** The ledger when neither the run nor the instance names one. */
  defaultLedger: () => Promise<Ledger>;
  onEnd: () => void;
}

export class IterableRun<Row> implements SluiceRun<Row> {
  readonly #parts: SluiceRunParts<Row>;
  readonly #queue = new OutcomeQueue();
  readonly #rows = new Map<number, Row>();
  readonly #listeners = new Set<(event: RunEvent) => void>();
  readonly #observer: Observer;
  #run: Run | null = null;
  #started = false;
  #draining = false;

  constructor(parts: SluiceRunParts<Row>) {
    this.#parts = parts;
    const clock = parts.options.clock ?? systemClock;
    this.#observer = createObserver({ clock, lanes: () => this.#run?.lanes() ?? [] });
  }

  snapshot(): Snapshot {
    return this.#observer.snapshot();
  }

  on(listener: (event: RunEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  drain(): void {
    this.#draining = true;
    this.#run?.drain("signal", "drained");
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Outcome<Row>> {
    if (this.#started) throw new TypeError("a run can be iterated once; start another with run()");
    this.#started = true;
    const ended = this.#perform().then(
      () => this.#queue.end(),
      (error: unknown) => this.#queue.fail(error),
    );
    try {
      for (let row = await this.#queue.next(); row !== null; row = await this.#queue.next()) {
        yield this.#outcomeOf(row);
      }
    } finally {
      this.#queue.abandon();
      this.#run?.abort("signal", "nobody reads the outcomes any more");
      await ended;
      this.#parts.onEnd();
    }
  }

  #outcomeOf(row: SettledRow): Outcome<Row> {
    const request = this.#rows.get(row.index) as Row;
    this.#rows.delete(row.index);
    return toOutcome(row, request);
  }

  async #perform(): Promise<void> {
    const { options, shared, account: open } = this.#parts;
    options.signal?.throwIfAborted();
    const account = await open();
    const given = options.ledger ?? shared.ledger;
    const ledger = await this.#openLedger(given);
    try {
      await this.#performWith(account, ledger, given === undefined);
    } finally {
      if (typeof given !== "object") await ledger.close();
    }
  }

  async #openLedger(given: string | Ledger | undefined): Promise<Ledger> {
    if (typeof given === "object") return given;
    return given === undefined
      ? this.#parts.defaultLedger()
      : openLedger({ path: given, mode: "create-or-open" });
  }

  async #performWith(account: Account, ledger: Ledger, temporary: boolean): Promise<void> {
    const { source, options, shared } = this.#parts;
    const clock = options.clock ?? systemClock;
    const planner = createPlanner(plannerOptionsOf(options, account));
    // Rows arrive one by one: what the ledger knows from before waits by identity until its row comes again.
    const settings = {
      sourceFingerprint: "",
      sourceName: "rows of a program",
      requestSettings: planner.settings(),
    };
    await ledger.unstage();
    await ledger.compare();
    await ledger.adopt(settings, "ask-again");
    await ledger.begin({ retryFailed: false, retryUnknown: false });
    const { simulated, totals } = await ledger.info();
    const listener = (event: RunEvent) => {
      this.#observer.listener(event);
      for (const each of this.#listeners) each(event);
    };
    listener({ type: "started", rows: 0, todo: 0, settled: 0 });
    const arrivals = arrivalsOf(source, planner, options.toRequest, (index, row) =>
      this.#rows.set(index, row),
    );
    const run = wireRun({
      account,
      ledger,
      sink: this.#queue,
      order: options.order ?? "input",
      resumeFrom: 0,
      settledBefore: 0,
      feed: ({ settled, failed }) =>
        new ArrivingFeed({
          ledger,
          arrivals,
          limit: Number.POSITIVE_INFINITY,
          onSettled: settled,
          onGrown: (rows) => listener({ type: "grown", rows }),
          onFailed: failed,
        }),
      soleLane: false,
      rehearsal: simulated,
      budget:
        options.budget === undefined
          ? null
          : { limit: usdToTicks(options.budget), spent: totals.cost + totals.atRisk },
      maxAttempts: (shared.maxRetries ?? DEFAULT_RETRIES) + 1,
      timeoutMs: shared.timeout ?? DEFAULT_TIMEOUT_MS,
      prune: temporary,
      clock,
      random: Math.random,
      listener,
    });
    this.#run = run;
    const onAbort = () => run.abort("signal", "the caller's signal was aborted");
    options.signal?.addEventListener("abort", onAbort, { once: true });
    if (this.#draining) run.drain("signal", "drained");
    try {
      const end = await run.done;
      this.#observer.finish();
      if (end.stop !== null) throw await this.#stopped(end.stop, ledger);
    } finally {
      options.signal?.removeEventListener("abort", onAbort);
    }
  }

  /** One outcome for every row that was read and not handed over: what the ledger has, else unsent. */
  async #stopped(
    { reason, message }: { reason: "account" | "budget" | "signal"; message: string },
    ledger: Ledger,
  ) {
    const outcomes: Outcome<Row>[] = [];
    for (const [index, request] of this.#rows) {
      const [row] = await ledger.read(index, 1, 1);
      outcomes.push(row === undefined ? unsentOutcome(index, request, message) : toOutcome(row, request));
    }
    this.#rows.clear();
    return new RunStoppedError(reason, message, outcomes);
  }
}
