import { type Arrival, ArrivingFeed } from "../engine/arriving-feed.ts";
import type { Run } from "../engine/run.ts";
import { MemoryLedger } from "../ledger/index.ts";
import { type Outcome, toOutcome } from "../model/answer.ts";
import { systemClock } from "../model/clock.ts";
import { RunStoppedError, type StopReason, UsageError } from "../model/errors.ts";
import type { SettledRow } from "../model/outcome.ts";
import type { Sink } from "../model/sink.ts";
import { createPlanner } from "../plan/index.ts";
import type { Account } from "./account.ts";
import type { AskOptions } from "./options.ts";
import { plannerOptionsOf } from "./planner-options.ts";
import { PushQueue } from "./push-queue.ts";
import { unsentOutcome } from "./unsent-outcome.ts";
import { wireRun } from "./wire-run.ts";

interface Waiting {
  request: unknown;
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
}

export interface SendsParts {
  account: Account;
  maxAttempts: number;
  timeoutMs: number;
}

/** One-shot requests: rows pushed into one endless run, each outcome handed to the caller who waits for it. */
export class Sends implements Sink {
  readonly #parts: SendsParts;
  readonly #arrivals = new PushQueue<readonly Arrival[]>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #run: Run;
  #next = 0;
  #line = 0;
  over = false;

  constructor(parts: SendsParts) {
    this.#parts = parts;
    const { account, maxAttempts, timeoutMs } = parts;
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
      maxAttempts,
      timeoutMs,
      prune: true,
      clock: systemClock,
      random: Math.random,
      listener: () => {},
    });
    this.#run.done.then(
      ({ stop }) => this.#end(stop?.reason ?? "signal", stop?.message ?? "closed"),
      (error: unknown) => this.#fail(error),
    );
  }

  send(request: unknown, options: AskOptions): Promise<Outcome> {
    const planner = createPlanner(plannerOptionsOf(options, this.#parts.account));
    this.#line += 1;
    const bytes = new TextEncoder().encode(JSON.stringify(request) ?? "null");
    const arrival = planner.arrive({ line: this.#line, offset: 0, bytes });
    if (arrival.request === null)
      throw new UsageError(`send: ${arrival.plan.problem ?? "there is nothing to send"}`);
    const index = this.#next;
    this.#next += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(index, { request, resolve, reject });
      // Each call is a question of its own, also when its words were asked before.
      this.#arrivals.push([{ ...arrival, plan: { ...arrival.plan, keyGiven: false } }]);
    });
  }

  async write(rows: readonly SettledRow[]): Promise<void> {
    for (const row of rows) {
      const waiting = this.#waiting.get(row.index);
      this.#waiting.delete(row.index);
      waiting?.resolve(toOutcome(row, waiting.request));
    }
  }

  async end(): Promise<void> {}

  /** Waits for nothing: what is in flight is given up. */
  async close(): Promise<void> {
    this.#run.abort("signal", "the instance was closed");
    await this.#run.done.catch(() => {});
  }

  #end(reason: StopReason, message: string): void {
    this.over = true;
    for (const [index, { request, reject }] of this.#waiting) {
      reject(new RunStoppedError(reason, message, [unsentOutcome(index, request, message)]));
    }
    this.#waiting.clear();
  }

  #fail(error: unknown): void {
    this.over = true;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
