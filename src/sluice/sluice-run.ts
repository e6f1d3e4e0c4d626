import type { Run } from "../engine/run.ts";
import type { Outcome } from "../model/answer.ts";
import { type Clock, systemClock } from "../model/clock.ts";
import { RunStoppedError, UsageError } from "../model/errors.ts";
import type { RunEvent } from "../model/events.ts";
import { createObserver, type Observer, type Snapshot } from "../observe/index.ts";
import type { Account } from "./account.ts";
import { checkTuneOptions, shown } from "./check-options.ts";
import { inLibraryWords } from "./library-words.ts";
import type { TuneOptions } from "./options.ts";
import { OutcomeQueue } from "./outcome-queue.ts";
import { performRun, type RunParts } from "./perform-run.ts";
import { RowKeeper } from "./row-keeper.ts";
import { DRAINED, SIGNALLED } from "./stop-words.ts";
import { type Tuner, tune } from "./tune.ts";

/**
 * A run: iterate it once, for the outcomes. It begins when it is first asked for one, and lasts until the last one, or
 * `return` of its iterator, which leaving a loop calls.
 */
export interface SluiceRun<Row> extends AsyncIterable<Outcome<Row>> {
  /** How it stands now: rows, rate, money, what binds. */
  snapshot(): Snapshot;
  /**
   * Calls the listener for every event from now on; returns the unsubscribe. What it throws is an uncaught exception of
   * the process, as with an event emitter, and does not reach the run.
   */
  on(listener: (event: RunEvent) => void): () => void;
  /**
   * Sends nothing more; what is in flight is answered and delivered. Rows that were read and not answered come last, as
   * `unsent`, or as `unknown` where an attempt of them may be billed, and the iteration ends without an error.
   */
  drain(): void;
  /**
   * Changes limits, or pauses and resumes, from now on. Limits belong to the account: whatever shares it gets them as
   * well. Throws `UsageError` for an option it does not know.
   */
  tune(options: TuneOptions): void;
  /** Runs to the end without anybody iterating: for a run with a `sink`, or whose `ledger` is what is wanted. */
  done(): Promise<Snapshot>;
}

/** A run as its caller sees it: what is iterated, watched, drained and stopped. */
export class IterableRun<Row> implements SluiceRun<Row> {
  readonly #parts: RunParts<Row>;
  readonly #queue = new OutcomeQueue();
  readonly #rows = new RowKeeper<Row>();
  readonly #listeners = new Set<(event: RunEvent) => void>();
  readonly #clock: Clock;
  readonly #observer: Observer;
  #run: Run | null = null;
  #tuner: Tuner | null = null;
  /** Asked for before there was anything to tune. */
  readonly #tunings: TuneOptions[] = [];
  #iterated = false;
  #ended: Promise<void> | null = null;
  #failure: { error: unknown } | null = null;
  /** Outcomes of rows that a drained run did not send. */
  #unsent: Iterator<Outcome<Row>, undefined> = [][Symbol.iterator]();
  #drained = false;
  #abandoned = false;
  /** Set once the run is to stop at once; the first reason counts. */
  #stop: { message: string; cause: unknown } | null = null;

  constructor(parts: RunParts<Row>) {
    this.#parts = parts;
    this.#clock = parts.options.clock ?? systemClock;
    this.#observer = createObserver({
      clock: this.#clock,
      lanes: () => this.#run?.lanes() ?? [],
      oldest: (most) => this.#run?.oldest(most) ?? [],
    });
  }

  snapshot(): Snapshot {
    return this.#observer.snapshot();
  }

  on(listener: (event: RunEvent) => void): () => void {
    if (typeof listener !== "function") {
      throw new UsageError(
        `on: the listener is a function that is told every event, not ${shown(listener)}.`,
      );
    }
    const each = (event: RunEvent) => listener(event);
    this.#listeners.add(each);
    return () => void this.#listeners.delete(each);
  }

  drain(): void {
    this.#drained = true;
    this.#run?.drain("signal", DRAINED);
  }

  tune(options: TuneOptions): void {
    checkTuneOptions(options);
    this.#tunings.push(options);
    if (this.#tuner !== null) this.#applyTunings(this.#tuner);
  }

  /** Gives up what is in flight; resolves when nothing of the run is left. */
  async stop(message: string, cause?: unknown): Promise<void> {
    this.#stop ??= { message, cause };
    this.#queue.hurry();
    this.#run?.abort("signal", this.#stop.message);
    await this.#ended;
  }

  async done(): Promise<Snapshot> {
    for await (const _ of this);
    return this.snapshot();
  }

  [Symbol.asyncIterator](): AsyncIterator<Outcome<Row>> {
    if (this.#iterated) throw new UsageError("A run can be iterated once; start another with run().");
    this.#iterated = true;
    let turn: Promise<unknown> = Promise.resolve();
    return {
      next: () => {
        const mine = turn.then(() => this.#next());
        turn = mine.catch(() => {});
        return mine;
      },
      // Not a generator's: it must be heard while a `next` is waiting.
      return: async () => {
        this.#abandoned = true;
        this.#queue.abandon();
        await this.stop("nobody reads the outcomes any more");
        return { done: true, value: undefined };
      },
    };
  }

  async #next(): Promise<IteratorResult<Outcome<Row>>> {
    this.#ended ??= this.#perform();
    const row = await this.#queue.next();
    if (row !== null) return { done: false, value: this.#rows.outcomeOf(row) };
    await this.#ended;
    if (this.#abandoned) return { done: true, value: undefined };
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure.error;
    return this.#unsent.next();
  }

  /** Never rejects: what goes wrong is thrown to whoever iterates, after the outcomes that are there. */
  async #perform(): Promise<void> {
    const { signal } = this.#parts.options;
    const onAbort = () => void this.stop(SIGNALLED, signal?.reason);
    if (signal?.aborted) this.#stop ??= { message: SIGNALLED, cause: signal.reason };
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#parts.began();
    try {
      const { stop, rest } = await performRun(this.#parts, {
        queue: this.#queue,
        rows: this.#rows,
        clock: this.#clock,
        tell: (event) => this.#tell(event),
        began: (run, account) => this.#began(run, account),
        throwIfStopped: () => this.#throwIfStopped(),
      });
      if (stop?.message === DRAINED && this.#stop === null) this.#unsent = rest.values();
      else if (stop !== null) throw this.#stopped(stop.reason, stop.message, rest);
    } catch (error) {
      this.#failure = { error };
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.#observer.finish();
      await this.#queue.end();
      this.#parts.ended();
    }
  }

  #began(run: Run, account: Pick<Account, "tune">): void {
    this.#run = run;
    this.#tuner = { run, account };
    this.#applyTunings(this.#tuner);
    if (this.#drained) run.drain("signal", DRAINED);
    if (this.#stop !== null) run.abort("signal", this.#stop.message);
  }

  #applyTunings(tuner: Tuner): void {
    for (const options of this.#tunings.splice(0)) tune(tuner, options);
  }

  #stopped(
    reason: RunStoppedError["reason"],
    message: string,
    outcomes: readonly Outcome<Row>[],
  ): RunStoppedError<Row> {
    const stop = this.#stop;
    return stop === null
      ? new RunStoppedError(reason, inLibraryWords(message), outcomes)
      : new RunStoppedError("signal", stop.message, outcomes, stop.cause);
  }

  #throwIfStopped(): void {
    if (this.#stop !== null) throw this.#stopped("signal", this.#stop.message, []);
  }

  #tell(event: RunEvent): void {
    this.#observer.listener(event);
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        // As an event emitter's would: seen by the process, but not by the run.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
