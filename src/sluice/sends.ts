import { type Arrival, ArrivingFeed } from "../engine/arriving-feed.ts";
import type { Run } from "../engine/run.ts";
import type { RunEnd, Tried } from "../engine/run-parts.ts";
import { MemoryLedger } from "../ledger/index.ts";
import { type Outcome, toOutcome } from "../model/answer.ts";
import { systemClock } from "../model/clock.ts";
import { RunStoppedError, type StopReason } from "../model/errors.ts";
import type { RunEvent } from "../model/events.ts";
import type { SettledRow } from "../model/outcome.ts";
import type { Sink } from "../model/sink.ts";
import type { Account } from "./account.ts";
import { FollowedSignals } from "./followed-signals.ts";
import { inLibraryWords } from "./library-words.ts";
import type { Patience } from "./patience.ts";
import { PushQueue } from "./push-queue.ts";
import { CLOSED, SIGNALLED } from "./stop-words.ts";
import { stoppedOutcome } from "./stopped-outcome.ts";
import { wireRun } from "./wire-run.ts";

interface Waiting {
  lane: string;
  request: unknown;
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
}

/** One-shot requests: rows pushed into one endless run, each outcome handed to the caller who waits for it. */
export class Sends implements Sink {
  readonly #arrivals = new PushQueue<readonly Arrival[]>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #signals = new FollowedSignals();
  readonly #run: Run;
  #next = 0;
  /** True once it takes no more requests: the run has ended, or a model of it is closed. */
  over = false;

  /** `onEnd` is called when nothing of it is left. */
  constructor(account: Account, patience: Patience, onEnd: () => void) {
    const ledger = new MemoryLedger();
    this.#run = wireRun({
      account,
      ledger,
      sink: this,
      order: "completion",
      resumeFrom: 0,
      settledBefore: 0,
      feed: ({ settled, failed }) =>
        new ArrivingFeed({
          ledger,
          arrivals: this.#arrivals,
          limit: Number.POSITIVE_INFINITY,
          onSettled: settled,
          onGrown: () => {},
          onFailed: failed,
        }),
      soleLane: false,
      rehearsal: null,
      budget: null,
      ...patience,
      cache: null,
      dedupe: false,
      prune: true,
      asideMs: 0,
      clock: systemClock,
      random: Math.random,
      listener: (event) => this.#heard(event),
    });
    this.#run.done
      .then(
        ({ stop, tried }) => this.#end(stop?.reason ?? "signal", stop?.message ?? "closed", tried),
        (error: unknown) => this.#fail(error),
      )
      .then(onEnd);
  }

  /** Rejects with `RunStoppedError` when the signal is aborted: at once, while the exchange is given up behind. */
  send<Row>(request: Row, { plan, request: made }: Arrival, signal?: AbortSignal): Promise<Outcome<Row>> {
    const index = this.#next;
    this.#next += 1;
    // Each call is a question of its own, also when its words or its id were used before.
    this.#arrivals.push([{ request: made, plan: { ...plan, keyGiven: false } }]);
    const outcome = new Promise<Outcome>((resolve, reject) => {
      this.#waiting.set(index, { lane: plan.lane, request, resolve, reject });
    });
    const giveUp = (reason: unknown) => this.#giveUp(index, reason);
    const unfollow = signal === undefined ? null : this.#signals.follow(signal, giveUp);
    return (outcome as Promise<Outcome<Row>>).finally(() => unfollow?.());
  }

  async write(rows: readonly SettledRow[]): Promise<void> {
    for (const row of rows) {
      const waiting = this.#waiting.get(row.index);
      this.#waiting.delete(row.index);
      waiting?.resolve({ ...toOutcome(row, waiting.request), index: 0 });
    }
  }

  async end(): Promise<void> {}

  /** Takes no more requests; those under way are finished. */
  retire(): void {
    this.over = true;
    this.#arrivals.end();
  }

  /** What is in flight is given up. */
  async close(): Promise<void> {
    this.#run.abort("signal", CLOSED);
    await this.#run.done.catch(() => {});
  }

  /** A model the provider does not have closes its lane for the rest of this run: nobody is to wait there. */
  #heard(event: RunEvent): void {
    if (event.type !== "ended" || event.ending.kind !== "account") return;
    const { lane, ending } = event;
    if (ending.reason !== "model" && ending.reason !== "access") return;
    this.retire();
    for (const [index, waiting] of this.#waiting) {
      if (waiting.lane === lane) this.#reject(index, waiting, "account", ending.message, null);
    }
  }

  #giveUp(index: number, cause: unknown): void {
    const waiting = this.#waiting.get(index);
    if (waiting !== undefined)
      this.#reject(index, waiting, "signal", SIGNALLED, this.#run.giveUp(index), cause);
  }

  #end(reason: StopReason, message: string, tried: RunEnd["tried"]): void {
    this.over = true;
    for (const [index, waiting] of this.#waiting) {
      this.#reject(index, waiting, reason, message, tried.get(index) ?? null);
    }
  }

  #reject(
    index: number,
    { request, reject }: Waiting,
    reason: StopReason,
    said: string,
    tried: Tried | null,
    cause?: unknown,
  ): void {
    this.#waiting.delete(index);
    const message = inLibraryWords(said);
    const outcome = stoppedOutcome(0, request, message, tried);
    reject(new RunStoppedError(reason, message, [outcome], cause));
  }

  #fail(error: unknown): void {
    this.over = true;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
