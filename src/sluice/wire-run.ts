import { Budget } from "../engine/budget.ts";
import { CompletionOrder } from "../engine/completion-order.ts";
import { tellingCopies } from "../engine/copies.ts";
import type { Feed } from "../engine/feed.ts";
import { InputOrder } from "../engine/input-order.ts";
import { Run } from "../engine/run.ts";
import type { SilenceLimits } from "../engine/silence-watch.ts";
import { type SeenAnswers, WorstCost } from "../engine/worst-cost.ts";
import type { AnswerCache } from "../model/answer-cache.ts";
import type { BudgetTerms } from "../model/budget.ts";
import type { Clock } from "../model/clock.ts";
import type { RunListener } from "../model/events.ts";
import type { CopiedRow, Ledger } from "../model/ledger.ts";
import type { Sink } from "../model/sink.ts";
import { streaming } from "../transport/index.ts";
import type { Account } from "./account.ts";

/** One run, put together from its parts. */
export interface RunWiring {
  account: Account;
  ledger: Ledger;
  sink: Sink;
  order: "input" | "completion";
  /** Rows already in the sink: the first index to deliver, or how many were delivered in completion order. */
  resumeFrom: number;
  /** Rows from `resumeFrom` on that were settled before this run. */
  settledBefore: number;
  /** Makes the feed; rows that turn out to be settled already are told to `settled`. */
  feed: (tell: {
    settled: (index: number, isBlank: boolean) => void;
    failed: (error: unknown) => void;
  }) => Feed;
  /** False where other lanes may still come. */
  soleLane: boolean;
  rehearsal: boolean | null;
  budget: BudgetTerms | null;
  /** What earlier runs know of the answers, by lane. */
  seen?: ReadonlyMap<string, SeenAnswers>;
  maxAttempts: number;
  timeoutMs: number;
  silence: SilenceLimits;
  /** Chat completions are asked for as streams, and put together again. */
  stream: boolean;
  /** Stragglers get a second copy where there is room. */
  hedge: boolean;
  /** As in `RunParts`. */
  asideMs?: number;
  cache: AnswerCache | null;
  /** Of rows with the same request one is sent; the ledger was begun so. */
  dedupe: boolean;
  /** Delivered rows are forgotten: the ledger is temporary. */
  prune: boolean;
  clock: Clock;
  random: () => number;
  listener: RunListener;
}

/** Delivered rows are forgotten in steps of this many. */
const PRUNE_EVERY_ROWS = 1024;

export function wireRun(wiring: RunWiring): Run {
  const { account, ledger, sink, clock, random, listener } = wiring;
  let run: Run | null = null;
  const failed = (error: unknown) => run?.fail(error);
  let pruned = 0;
  const delivered = (next: number) => {
    feed.delivered(next);
    if (!wiring.prune || next - pruned < PRUNE_EVERY_ROWS) return;
    pruned = next;
    ledger.prune(next).catch(failed);
  };
  const parts = { ledger, sink, delivered, failed };
  const delivery =
    wiring.order === "input"
      ? new InputOrder(parts, wiring.resumeFrom, wiring.settledBefore)
      : new CompletionOrder(parts, wiring.resumeFrom);
  const feed = wiring.feed({ settled: (index, isBlank) => delivery.stored(index, isBlank), failed });
  const worst = new Map<string, WorstCost>();
  const worstCostOf = (model: string) => {
    const known = worst.get(model);
    if (known !== undefined) return known;
    const made = new WorstCost(account.provider.price(model), wiring.seen?.get(model));
    worst.set(model, made);
    return made;
  };
  const copied = (copies: readonly CopiedRow[]) => {
    for (const { index } of copies) delivery.stored(index, false);
    listener({ type: "copied", rows: copies });
  };
  run = new Run({
    ledger: wiring.dedupe ? tellingCopies(ledger, copied) : ledger,
    delivery,
    transport: wiring.stream ? streaming(account.transport, clock) : account.transport,
    provider: account.provider,
    feed,
    limiterOf: account.limiterOf,
    onLimiterChange: account.onLimiterChange,
    exchangeOf: account.exchangeOf,
    origin: account.origin,
    worstCostOf,
    rehearsal: wiring.rehearsal,
    budget: wiring.budget === null ? null : new Budget(wiring.budget, account.provider.costBound),
    clock,
    random,
    listener,
    cache: wiring.cache,
    maxAttempts: wiring.maxAttempts,
    timeoutMs: wiring.timeoutMs,
    silence: wiring.silence,
    hedge: wiring.hedge,
    asideMs: wiring.asideMs,
    soleLane: wiring.soleLane,
  });
  return run;
}
