import type { AccountEnding, Ending } from "../model/ending.ts";
import type { StopReason } from "../model/errors.ts";
import type { WireEnd } from "../model/transport.ts";
import type { Attempt } from "./attempt.ts";
import { settleHold } from "./budget.ts";
import { feedbackOf } from "./feedback.ts";
import type { Hedging } from "./hedging.ts";
import type { InFlight } from "./in-flight.ts";
import type { LaneWork } from "./lane-work.ts";
import { type AbortedEnd, type OwnEnding, ownEnding } from "./own-ending.ts";
import type { Preparation } from "./preparation.ts";
import type { ProviderWatch } from "./provider-watch.ts";
import { RetryBudget } from "./retry-budget.ts";
import { type Decision, decide, failsAlone } from "./retry-policy.ts";
import type { RunEnd, RunParts } from "./run-parts.ts";
import type { Settling } from "./settling.ts";
import { TriedRows } from "./tried-rows.ts";

/** Why a row that nobody waits for any more was not sent. */
export const GIVEN_UP = { code: "cancelled", message: "given up before it was sent" };

/** The transport's word for it. */
const OUT_OF_FILES = "out-of-file-descriptors";

const STOP_RUN: Decision = { action: "stop", scope: "run" };

export interface AftermathParts
  extends Pick<RunParts, "budget" | "listener" | "maxAttempts" | "provider" | "random" | "soleLane"> {
  watch: ProviderWatch;
  inFlight: Pick<InFlight, "size">;
  preparation: Preparation;
  settling: Settling;
  /** Null where no second copies are sent. */
  hedging: Hedging | null;
  /** Rows whose asker does not wait any more. */
  givenUp: ReadonlySet<number>;
  /** True once the run gave up what is in flight. */
  isAborted: () => boolean;
  /** Nothing more is to be started. */
  stop: (reason: StopReason, message: string) => void;
}

/** What the end of an attempt means for the limits, its row, its lane and the run. */
export class Aftermath {
  readonly #parts: AftermathParts;
  readonly #retries = new RetryBudget();
  readonly #cutOffRows: number[] = [];
  readonly tried = new TriedRows();
  #saidOutOfFiles = false;

  constructor(parts: AftermathParts) {
    this.#parts = parts;
  }

  of(attempt: Attempt, end: WireEnd, now: number): void {
    const { job, lane } = attempt;
    const own = end.kind === "aborted" ? this.#ownEnding(attempt, end) : null;
    const ending =
      own === null || typeof own === "string" ? this.#parts.provider.classify(end, job.request) : own;
    lane.limiter.settle(now, attempt.permit, feedbackOf(ending, now - attempt.startedAt));
    if (own === "cut-off") this.#cutOff(attempt);
    else if (own === "not-sent") this.#notSent(attempt);
    else this.#settle(attempt, ending, now);
  }

  /** Rows that are left without an outcome. */
  unfinished(): Pick<RunEnd, "cutOff" | "tried"> {
    return { cutOff: this.#cutOffRows, tried: this.tried.all() };
  }

  #ownEnding(attempt: Attempt, end: AbortedEnd): OwnEnding | null {
    const { givenUp, isAborted } = this.#parts;
    const isGivenUp = givenUp.has(attempt.job.index);
    const isOutrun = attempt.race?.isWon === true;
    return ownEnding(attempt, end, { isGivenUp, isAborted: isAborted(), isOutrun });
  }

  /** Its intent stays without an outcome, and its money at risk. */
  #cutOff(attempt: Attempt): void {
    const { budget, listener } = this.#parts;
    const { job, lane, worstCost } = attempt;
    this.#cutOffRows.push(job.index);
    this.tried.cutOff(job);
    settleHold(budget, attempt, worstCost ?? 0);
    listener({ type: "cut-off", lane: lane.name, atRisk: worstCost });
  }

  /** As if it had never been started. */
  #notSent(attempt: Attempt): void {
    const { budget, givenUp, preparation, watch } = this.#parts;
    const { job, lane, race } = attempt;
    watch.notSent(attempt);
    settleHold(budget, attempt, 0);
    preparation.withdraw(job, race?.isHedge(attempt));
    const isDecidedElsewhere = race !== null && (race.isWon || race.otherOf(attempt) !== null);
    if (givenUp.has(job.index) && !isDecidedElsewhere) preparation.leaveOut(lane, job, GIVEN_UP);
  }

  #settle(attempt: Attempt, ending: Ending, now: number): void {
    const { inFlight, provider, settling, stop, watch } = this.#parts;
    const { job, lane, race } = attempt;
    this.#remember(attempt, ending, now);
    const simulated = attempt.head !== null && provider.isSimulated(attempt.head);
    const foreign = ending.kind === "answered" ? watch.sawAnswer(simulated) : null;
    const reason = foreign ?? watch.saw(attempt, ending, now, inFlight.size);
    const isAnswer = ending.kind === "answered" && foreign === null;
    const decision =
      race?.decide(attempt, ending, isAnswer) ?? this.#decide(attempt, ending, foreign !== null);
    settling.settle(attempt, ending, decision, now, simulated);
    if (decision.action === "settle") this.tried.settled(job.index);
    else if (!race?.isWon) this.tried.again(job, ending);
    if (race?.isWon) race.otherOf(attempt)?.handle?.abort();
    if (reason !== null) stop(reason.reason, reason.message);
    if (ending.code === OUT_OF_FILES) this.#tellOutOfFiles();
    if (ending.kind === "account") this.#stopFor(ending, lane);
  }

  #decide({ job }: Attempt, ending: Ending, isForeign: boolean): Decision {
    const { maxAttempts, random } = this.#parts;
    if (isForeign) return STOP_RUN;
    return decide({ ending, job, maxAttempts, takeRetry: () => this.#retries.take(), random });
  }

  #tellOutOfFiles(): void {
    if (this.#saidOutOfFiles) return;
    this.#saidOutOfFiles = true;
    const message =
      "the system gives no more file descriptors: fewer requests are in flight than allowed; raise the limit (ulimit -n)";
    this.#parts.listener({ type: "note", message });
  }

  /** What later attempts are held against: whether this row fails while others of its lane pass. */
  #remember({ job, lane, startedAt }: Attempt, ending: Ending, now: number): void {
    if (ending.kind === "answered") {
      lane.passing.answered(startedAt, now);
      this.#parts.hedging?.answered(lane, now - startedAt);
      lane.trouble = null;
      this.#retries.succeeded();
    }
    if (ending.kind === "throttled") lane.throttled = ending;
    if (ending.kind !== "transient" && ending.kind !== "ambiguous") return;
    job.isSetAside ||= failsAlone(job.lastFailure, { code: ending.code, startedAt }, lane.passing);
    job.lastFailure = { code: ending.code, at: now };
  }

  /** Key, credits and blocks end the run; an unknown model ends its lane, and the run where there is no other. */
  #stopFor({ code, message, reason }: AccountEnding, lane: LaneWork): void {
    const { listener, preparation, soleLane, stop } = this.#parts;
    const isOneModel = reason === "model" || reason === "access";
    if (!isOneModel || soleLane) {
      stop("account", message);
    } else if (lane.stopped === null) {
      preparation.close(lane, { code, message });
      listener({ type: "note", message: `${lane.name}: ${message}; its rows are not sent` });
    }
  }
}
