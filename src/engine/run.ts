import type { KeptAnswer } from "../model/answer-cache.ts";
import type { StopReason } from "../model/errors.ts";
import type { LaneSnapshot } from "../model/limiter.ts";
import type { OutcomeError, SettledRow } from "../model/outcome.ts";
import type { ResponseHead, WireEnd } from "../model/transport.ts";
import { Admission } from "./admission.ts";
import { Aftermath } from "./aftermath.ts";
import { Alarm } from "./alarm.ts";
import type { Attempt, AttemptObserver } from "./attempt.ts";
import { Hedging } from "./hedging.ts";
import { InFlight, type WaitedFor } from "./in-flight.ts";
import type { Job, RowPlace } from "./job.ts";
import type { LaneWork } from "./lane-work.ts";
import { Lanes } from "./lanes.ts";
import { Preparation } from "./preparation.ts";
import { ProviderWatch } from "./provider-watch.ts";
import { Recorder } from "./recorder.ts";
import { unsentRow } from "./records.ts";
import type { RunEnd, RunParts, Tried } from "./run-parts.ts";
import { Serving } from "./serving.ts";
import { Settling } from "./settling.ts";

/** The loop: pull, intend, admit, attempt, settle, deliver. Every step is somebody else's; the order is ours. */
export class Run implements AttemptObserver {
  readonly #parts: RunParts;
  readonly #lanes: Lanes;
  readonly #alarm: Alarm;
  readonly #recorder: Recorder;
  readonly #preparation: Preparation;
  readonly #serving: Serving;
  readonly #inFlight: InFlight;
  readonly #settling: Settling;
  readonly #aftermath: Aftermath;
  readonly #hedging: Hedging | null;
  readonly #watch: ProviderWatch;
  readonly #unsubscribe: (() => void)[];
  readonly #ended = Promise.withResolvers<RunEnd>();
  #stop: RunEnd["stop"] = null;
  #failure: { error: unknown } | null = null;
  #aborted = false;
  /** The ledger takes nothing any more: what waits for it will not come. */
  #ledgerLost = false;
  #finishing = false;
  #awake = false;
  #halted = false;
  /** Rows whose asker does not wait any more. */
  readonly #givenUp = new Set<number>();

  constructor(parts: RunParts) {
    this.#parts = parts;
    const changed = () => this.#wake();
    this.#alarm = new Alarm(parts.clock, changed);
    this.#lanes = new Lanes(parts.feed, parts.limiterOf, parts.asideMs);
    this.#recorder = new Recorder(parts.ledger, parts.clock, (error) => this.#loseLedger(error));
    this.#watch = new ProviderWatch(parts.rehearsal);
    this.#inFlight = new InFlight(parts, this);
    const shared = {
      ...parts,
      recorder: this.#recorder,
      watch: this.#watch,
      inFlight: this.#inFlight,
      givenUp: this.#givenUp,
      isAborted: () => this.#aborted,
      stop: (reason: StopReason, message: string) => this.drain(reason, message),
      reuse: (lane: LaneWork, job: Job, answer: KeptAnswer) => this.#settling.reuse(lane, job, answer),
      isOpen: () => this.#stop === null,
      isHalted: () => this.#halted,
      judgeAt: (due: number) => this.#alarm.judgeAt(due),
      deliver: (row: SettledRow, isHandedOver: boolean) => this.#deliver(row, isHandedOver),
      leftOut: (row: RowPlace, error: OutcomeError) => this.#leftOut(row, error),
      changed,
      failed: (error: unknown) => this.fail(error),
    };
    const preparation = new Preparation(shared);
    this.#preparation = preparation;
    const admission = new Admission(shared);
    this.#serving = new Serving({ ...shared, preparation, admission });
    const hedging = new Hedging({ ...shared, preparation, admission, lanes: this.#lanes });
    this.#hedging = parts.hedge ? hedging : null;
    const settling = new Settling(shared);
    this.#settling = settling;
    this.#aftermath = new Aftermath({ ...shared, preparation, settling, hedging: this.#hedging });
    this.#unsubscribe = [parts.transport.onCapacity(changed), parts.onLimiterChange(changed)];
    parts.delivery.onCaughtUp(changed);
    parts.feed.onArrival(changed);
    this.#wake();
  }

  get done(): Promise<RunEnd> {
    return this.#ended.promise;
  }

  /** Starts nothing more; what is in flight is finished. */
  drain(reason: StopReason, message: string): void {
    if (this.#stop !== null || this.#finishing) return;
    this.#stop = { reason, message };
    for (const lane of this.#lanes) this.#preparation.clear(lane);
    this.#parts.feed.close().catch((error: unknown) => this.fail(error));
    this.#wake();
    this.#parts.listener({ type: "stopping", reason, message });
  }

  /** Starts nothing while it is halted; what is in flight is finished. */
  halt(halted: boolean): void {
    if (this.#halted === halted || this.#stop !== null) return;
    this.#halted = halted;
    this.#parts.listener({ type: "halted", halted });
    this.#wake();
  }

  /** Gives up what is in flight: its intents stay without an outcome, exactly as after a kill. */
  abort(reason: StopReason, message: string): void {
    this.drain(reason, message);
    this.#aborted = true;
    this.#inFlight.abortAll();
    this.#wake();
  }

  /** Gives one row up, and tells what was tried of it: it ends as `unknown` where that may be billed, else as `unsent`. */
  giveUp(index: number): Tried | null {
    this.#givenUp.add(index);
    this.#wake();
    return this.#aftermath.tried.of(index, this.#inFlight.abortRow(index));
  }

  /** A part of ours broke: nothing more is sent, but what is in flight is paid for and still stored. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.drain("signal", "a part of the run failed");
  }

  lanes(): LaneSnapshot[] {
    return this.#lanes.snapshots(this.#parts.clock.now());
  }

  /** The rows in flight for longest, the longest first. */
  oldest(most: number): WaitedFor[] {
    return this.#inFlight.oldest(most, this.#parts.clock.now());
  }

  written(attempt: Attempt): void {
    const now = this.#parts.clock.now();
    attempt.heardAt = now;
    attempt.lane.limiter.written(now, attempt.permit);
    if (this.#watch.written(now, attempt)) this.#wake();
    this.#parts.listener({ type: "sent", lane: attempt.lane.name });
  }

  headed(attempt: Attempt, head: ResponseHead): void {
    const told = this.#parts.provider.limitsTold(head);
    if (told.length > 0) attempt.lane.limiter.told(this.#parts.clock.now(), attempt.permit, told);
  }

  begun(attempt: Attempt): void {
    attempt.firstTokenMs = this.#parts.clock.now() - attempt.startedAt;
  }

  heard(attempt: Attempt): void {
    attempt.heardAt = this.#parts.clock.now();
  }

  ended(attempt: Attempt, end: WireEnd): void {
    this.#inFlight.ended(attempt);
    this.#aftermath.of(attempt, end, this.#parts.clock.now());
    this.#wake();
  }

  #loseLedger(error: unknown): void {
    this.#ledgerLost = true;
    this.#settling.abandon();
    this.fail(error);
    this.abort("signal", "the ledger failed");
  }

  #deliver(row: SettledRow, isHandedOver: boolean): void {
    const { delivery, listener } = this.#parts;
    this.#givenUp.delete(row.index);
    listener({ type: "settled", row: isHandedOver ? { ...row, body: null } : row });
    if (isHandedOver) delivery.stored(row.index, false);
    else delivery.settled(row);
  }

  /** The ledger knows how a row stands that is not sent: one that an earlier run sent in vain stands as before. */
  #leftOut(row: RowPlace, error: OutcomeError): void {
    this.#givenUp.delete(row.index);
    this.#aftermath.tried.settled(row.index);
    this.#parts.listener({ type: "settled", row: unsentRow(row, error) });
    this.#parts.delivery.stored(row.index, false);
  }

  /** Asks for a turn once the present callbacks are through: many of them share one. */
  #wake(): void {
    if (this.#awake || this.#finishing) return;
    this.#awake = true;
    setImmediate(() => this.#takeTurn());
  }

  /** One turn: everything that can happen now happens, then one alarm is set for the rest. */
  #takeTurn(): void {
    this.#awake = false;
    if (this.#finishing) return;
    const now = this.#parts.clock.now();
    if (this.#alarm.mayJudge(now)) this.#inFlight.abortOverdue(now);
    const wakeAt = this.#serveAll(now);
    this.#alarm.set(Math.min(wakeAt, this.#alarm.judgeAt(this.#inFlight.nextDeadline())));
    if (this.#lanes.areParked()) this.#parts.transport.rest?.();
    if (!this.#isDone()) return;
    this.#finishing = true;
    this.#finish().then(this.#ended.resolve, this.#ended.reject);
  }

  /** Starts whatever may start; returns when to look again. */
  #serveAll(now: number): number {
    let wakeAt = Number.POSITIVE_INFINITY;
    try {
      this.#lanes.serve((lane) => {
        if (this.#stop === null) wakeAt = Math.min(wakeAt, this.#serving.serve(lane, now));
      });
      if (this.#hedging !== null) wakeAt = Math.min(wakeAt, this.#hedging.look(now));
    } catch (error) {
      // A request that cannot be sent at all, such as one with a line break in the key.
      this.fail(error);
    }
    return wakeAt;
  }

  #isDone(): boolean {
    if (this.#inFlight.size > 0) return false;
    if (this.#stop === null) return this.#lanes.areDone();
    return this.#ledgerLost || this.#lanes.areStill();
  }

  async #finish(): Promise<RunEnd> {
    this.#alarm.set(Number.POSITIVE_INFINITY);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    // After a limit the source may have more; how it takes that nobody wants it changes nothing.
    this.#parts.feed.close().catch(() => {});
    if (!this.#ledgerLost) {
      await this.#recorder.idle();
      await this.#parts.delivery.finish();
    }
    if (this.#failure !== null) throw this.#failure.error;
    return {
      stop: this.#stop ?? this.#lanes.closedByProvider(),
      stoppedLanes: this.#lanes.stopped(),
      ...this.#aftermath.unfinished(),
    };
  }
}
