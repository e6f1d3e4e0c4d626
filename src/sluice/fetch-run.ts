import type { Delivery } from "../engine/delivery.ts";
import { type Job, jobOf } from "../engine/job.ts";
import { Run } from "../engine/run.ts";
import { WorstCost } from "../engine/worst-cost.ts";
import type { Clock } from "../model/clock.ts";
import type { Ending } from "../model/ending.ts";
import type { RunBook } from "../model/ledger.ts";
import type { Asked } from "../model/provider.ts";
import type { Request } from "../model/request.ts";
import type { WireEnd } from "../model/transport.ts";
import type { Account } from "./account.ts";
import { Call } from "./fetch-call.ts";
import { ParkedLanes } from "./fetch-parked.ts";
import { FetchQueue } from "./fetch-queue.ts";
import { fetchFailed } from "./fetch-response.ts";
import { FollowedSignals } from "./followed-signals.ts";
import { CLOSED } from "./stop-words.ts";

/** Calls behind an address that nobody answers at are told so after this long; somebody waits for each of them. */
const UNREACHABLE_AFTER_MS = 30_000;

/** Nothing of a call is kept: there is no row to come back to. */
const NO_BOOK: RunBook = { async intend() {}, async settle() {}, async skip() {} };

export interface FetchRunParts {
  account: Account;
  clock: Clock;
  maxAttempts: number;
}

interface Asking {
  call: Call;
  job: Job;
  /** Lets go of the caller's signal. */
  unfollow: (() => void) | null;
}

/** The calls of one account as rows of one endless run: the same loop, lanes and retries as for every other row. */
export class FetchRun implements Delivery {
  readonly #parts: FetchRunParts;
  readonly #queue = new FetchQueue();
  readonly #asking = new Map<number, Asking>();
  readonly #parked = new ParkedLanes();
  readonly #signals = new FollowedSignals();
  readonly #run: Run;
  #next = 0;
  /** Since when every send failed to reach the provider. */
  #unreachableSince: number | null = null;
  /** True once it takes no more calls. */
  over = false;

  constructor(parts: FetchRunParts) {
    this.#parts = parts;
    const { account, clock, maxAttempts } = parts;
    const { provider } = account;
    const unpriced = new WorstCost(null);
    this.#run = new Run({
      ledger: NO_BOOK,
      feed: this.#queue,
      delivery: this,
      transport: account.transport,
      provider: {
        classify: (end, asked) => this.#classify(end, asked),
        limitsTold: (head) => provider.limitsTold(head),
        // Nothing is kept that a rehearsal's answer could spoil.
        isSimulated: () => false,
        simulated: false,
      },
      limiterOf: account.limiterOf,
      onLimiterChange: account.onLimiterChange,
      exchangeOf: (request) => callOf(request).exchange(),
      origin: account.origin,
      worstCostOf: () => unpriced,
      rehearsal: null,
      cache: null,
      budget: null,
      clock,
      random: Math.random,
      listener: () => {},
      maxAttempts,
      // How long to wait is the caller's to say, by a signal: SDKs do.
      timeoutMs: Number.POSITIVE_INFINITY,
      silence: { beforeBodyMs: Number.POSITIVE_INFINITY, inBodyMs: Number.POSITIVE_INFINITY },
      asideMs: 0,
      soleLane: false,
    });
    this.#run.done.then(
      ({ stop }) => this.#end(fetchFailed({ code: "stopped", message: stop?.message ?? CLOSED })),
      (error: unknown) => this.#end(new TypeError("fetch failed", { cause: error })),
    );
  }

  /** Nobody waits or reads. */
  get isIdle(): boolean {
    return this.#asking.size === 0;
  }

  /** Rejects with the signal's reason when it is aborted, and with `TypeError` where no response can be had. */
  ask(call: Call, signal: AbortSignal | null): Promise<Response> {
    const parked = this.#parked.answerFor(call.model, this.#parts.clock.now());
    if (parked !== null) {
      call.settle(parked);
      return call.response;
    }
    const index = this.#next;
    this.#next += 1;
    const place = { index, line: index + 1, customId: null, offset: 0, length: 0, lane: call.model };
    const job = { ...jobOf(place, call), load: call.load };
    const giveUp = (reason: unknown) => this.#giveUp(index, reason);
    const unfollow = signal === null ? null : this.#signals.follow(signal, giveUp);
    this.#asking.set(index, { call, job, unfollow });
    call.cancelled = () => this.#giveUp(index, null);
    this.#queue.add(job);
    return call.response;
  }

  settled({ index }: { index: number }): void {
    this.#forget(index)?.call.settle();
  }

  /** Given up before it was sent: whoever asked knows. */
  stored(index: number): void {
    this.#forget(index);
  }

  isFull(): boolean {
    return false;
  }

  onCaughtUp(): void {}

  async finish(): Promise<void> {}

  /** Gives up what is in flight; everybody who waits is told. */
  async close(): Promise<void> {
    this.over = true;
    this.#run.abort("signal", CLOSED);
    await this.#run.done.catch(() => {});
  }

  /** The engine learns and waits by the ending; here is seen who need not wait any longer. */
  #classify(end: WireEnd, asked: Asked): Ending {
    const { account, clock } = this.#parts;
    const call = callOf(asked);
    const ending = call.ended((wireEnd, question) => account.provider.classify(wireEnd, question), end);
    const now = clock.now();
    if (ending.kind === "unprocessed") this.#unreached(call, ending, now);
    else this.#unreachableSince = null;
    if (this.#parked.saw(call.model, end, ending, now)) {
      this.#release(
        (other) => other.model === call.model,
        (other) => other.settle(end),
      );
    }
    return ending;
  }

  #unreached(call: Call, ending: Ending, now: number): void {
    this.#unreachableSince ??= now;
    const isUnreachable = now - this.#unreachableSince >= UNREACHABLE_AFTER_MS;
    if (!isUnreachable && call.unreached < this.#parts.maxAttempts) return;
    this.#release(
      (other) => isUnreachable || other === call,
      (other) => other.fail(fetchFailed(ending)),
    );
  }

  /** Tells those who wait and are meant, and lets them go. */
  #release(isMeant: (call: Call) => boolean, tell: (call: Call) => void): void {
    for (const [index, { call, job }] of this.#asking) {
      if (!call.isWaiting || !isMeant(call)) continue;
      this.#forget(index);
      tell(call);
      this.#leave(job);
    }
  }

  #giveUp(index: number, reason: unknown): void {
    const asking = this.#forget(index);
    if (asking === null) return;
    asking.call.fail(reason);
    this.#leave(asking.job);
  }

  #leave(job: Job): void {
    if (!this.#queue.remove(job)) this.#run.giveUp(job.index);
  }

  #end(reason: TypeError): void {
    this.over = true;
    for (const index of this.#asking.keys()) this.#forget(index)?.call.fail(reason);
  }

  #forget(index: number): Asking | null {
    const asking = this.#asking.get(index) ?? null;
    this.#asking.delete(index);
    asking?.unfollow?.();
    return asking;
  }
}

/** The engine hands back the request that it was given. */
function callOf(request: Request | Asked): Call {
  if (request instanceof Call) return request;
  throw new TypeError("a fetch run holds calls of fetch alone");
}
