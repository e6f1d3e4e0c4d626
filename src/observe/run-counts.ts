import { flawOf } from "../model/answer-flaws.ts";
import type { Reply } from "../model/ending.ts";
import type { RunEvent } from "../model/events.ts";
import type { CopiedRow } from "../model/ledger.ts";
import type { Ticks } from "../model/money.ts";
import { addUsage } from "../model/usage.ts";
import { HedgeCounts } from "./hedge-counts.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import { SlowestRows } from "./slowest-rows.ts";
import type { KeptAnswers } from "./snapshot.ts";
import { emptyTally } from "./tally.ts";

export type EndedEvent = Extract<RunEvent, { type: "ended" }>;

/** How an attempt counts that the run gave up while it was under way. */
const CUT_OFF = "given-up";

/** What the endings of a run add up to. Constant work per ending. */
export class RunCounts {
  readonly tally = emptyTally();
  readonly latencies = new LatencyHistogram();
  readonly firstTokens = new LatencyHistogram();
  readonly slowestRows = new SlowestRows();
  readonly endings = new Map<string, number>();
  readonly retriesByEnding = new Map<string, number>();
  attempts = 0;
  retries = 0;
  throttled = 0;
  held = 0;
  readonly kept: KeptAnswers = { answers: 0, oldestMs: 0, saved: 0, unpriced: 0 };
  readonly hedges = new HedgeCounts();
  copies = 0;
  cut = 0;
  filtered = 0;
  empty = 0;

  reused({ ageMs, cost, finishReason }: Extract<RunEvent, { type: "reused" }>): void {
    this.kept.answers += 1;
    this.kept.oldestMs = Math.max(this.kept.oldestMs, ageMs);
    if (cost === null) this.kept.unpriced += 1;
    else this.kept.saved += cost;
    if (flawOf(finishReason) === "length") this.cut += 1;
  }

  copied(rows: readonly CopiedRow[]): void {
    for (const { status } of rows) {
      this.tally[status] += 1;
      if (status !== "unsent") this.copies += 1;
    }
  }

  cutOff(atRisk: Ticks | null): void {
    this.attempts += 1;
    increment(this.endings, CUT_OFF);
    if (atRisk === null) this.tally.unpricedAtRisk += 1;
    else this.tally.atRisk += atRisk;
  }

  ended(event: EndedEvent): void {
    const { ending, latencyMs, firstTokenMs, isHeld, willRetry, atRisk, race } = event;
    this.attempts += 1;
    const code = ending.kind === "answered" ? "answered" : ending.code;
    increment(this.endings, code);
    if (willRetry) {
      this.retries += 1;
      increment(this.retriesByEnding, code);
    }
    if (atRisk !== null) this.tally.atRisk += atRisk;
    else if (ending.kind === "ambiguous" || ending.kind === "rejected") this.tally.unpricedAtRisk += 1;
    if (ending.kind === "throttled") this.throttled += 1;
    if (isHeld) this.held += 1;
    this.hedges.ended(event);
    const isRowsEnd = !willRetry && race?.row !== "open" && race?.row !== "lost";
    if (isRowsEnd) this.slowestRows.add(event, latencyMs);
    if (ending.kind !== "answered") return;
    this.latencies.add(latencyMs);
    if (firstTokenMs !== null) this.firstTokens.add(firstTokenMs);
    if (race?.row === "lost") this.#paidTwice(ending.reply);
    else if (race?.row !== "open") this.#looked(ending.reply);
  }

  /** A second answer to a row that has one: paid, and shown nowhere. */
  #paidTwice({ cost, usage }: Reply): void {
    if (cost === null) this.tally.unknownCost += 1;
    else this.tally.cost += cost.ticks;
    if (usage !== null) addUsage(this.tally.usage, usage);
  }

  #looked({ empty, finishReason }: Reply): void {
    if (empty) this.empty += 1;
    const flaw = flawOf(finishReason);
    if (flaw === "length") this.cut += 1;
    else if (flaw === "content_filter") this.filtered += 1;
  }
}

function increment(counts: Map<string, number>, code: string): void {
  counts.set(code, (counts.get(code) ?? 0) + 1);
}
