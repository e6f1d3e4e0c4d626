import { setImmediate } from "node:timers/promises";
import { type Arrival, ArrivingFeed } from "../../src/engine/arriving-feed.ts";
import { Budget } from "../../src/engine/budget.ts";
import { CompletionOrder } from "../../src/engine/completion-order.ts";
import { tellingCopies } from "../../src/engine/copies.ts";
import type { Feed } from "../../src/engine/feed.ts";
import { InputOrder } from "../../src/engine/input-order.ts";
import { PlannedFeed } from "../../src/engine/planned-feed.ts";
import { Run } from "../../src/engine/run.ts";
import type { RunEnd } from "../../src/engine/run-parts.ts";
import { WorstCost } from "../../src/engine/worst-cost.ts";
import { createLaneRegistry, type LaneRegistry } from "../../src/limiter/index.ts";
import type { RunEvent } from "../../src/model/events.ts";
import type { CopiedRow } from "../../src/model/ledger.ts";
import type { SettledRow } from "../../src/model/outcome.ts";
import { xai } from "../../src/provider/xai.ts";
import { virtualClock } from "../support/virtual-clock.ts";
import type { EngineOptions } from "./engine-options.ts";
import { FakeTransport } from "./fake-transport.ts";
import { type PlannedRow, planRow, requestOf, rowsOf } from "./planned-rows.ts";
import { WatchedLedger } from "./watched-ledger.ts";
import { answer } from "./wire-ends.ts";

/** A run under a virtual clock, with everything around it at hand. */
export class Engine {
  readonly clock = virtualClock();
  readonly ledger: WatchedLedger;
  readonly transport: FakeTransport;
  readonly delivered: SettledRow[] = [];
  readonly events: RunEvent[] = [];
  readonly registry: LaneRegistry;
  readonly budget: Budget | null;
  /** What should never happen and did. */
  readonly faults: string[] = [];
  readonly options: EngineOptions;
  #run: Run | null = null;
  #end: { end: RunEnd } | { error: unknown } | null = null;

  constructor(options: EngineOptions) {
    this.options = options;
    const { streams, abortMs, script = () => answer() } = options;
    this.ledger = options.ledger ?? new WatchedLedger(this.clock, options.diskMs ?? (() => 0));
    this.registry = options.lanes ?? createLaneRegistry({ random: () => 0.5 });
    const { budget: limit, budgetMode: mode = "learned", openEnded = 64, spent = 0 } = options;
    const { costBound } = options.provider ?? xai;
    this.budget = limit === undefined ? null : new Budget({ limit, spent, mode, openEnded }, costBound);
    this.transport = new FakeTransport({
      clock: this.clock,
      script,
      ...(streams === undefined ? {} : { streams }),
      ...(abortMs === undefined ? {} : { abortMs }),
      onStart: (row) => this.#checkStart(row),
    });
  }

  get run(): Run {
    if (this.#run === null) throw new Error("the run has not begun");
    return this.#run;
  }

  async begin(): Promise<this> {
    const { options, ledger, clock } = this;
    const planned = options.arrivals === undefined ? rowsOf(options.rows ?? 1).map(planRow) : [];
    await ledger.close();
    ledger.settled.clear();
    await ledger.stage(planned);
    await ledger.adopt({ sourceFingerprint: "", sourceName: "rows", requestSettings: "" }, "ask-again");
    const start = await ledger.begin({
      retryFailed: false,
      retryUnknown: false,
      dedupe: options.dedupe ?? false,
    });
    const open = start.todo + (start.copies?.waiting ?? 0);
    this.#run = this.#wire(start.lanes, planned.length - open);
    this.#run.done.then(
      (end) => {
        this.#end = { end };
      },
      (error: unknown) => {
        this.#end = { error };
      },
    );
    await breathe();
    if (clock.waiting() === 0) await breathe();
    return this;
  }

  get isOver(): boolean {
    return this.#end !== null;
  }

  /** Lets so much time pass. */
  async pass(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    for (let left = ms; left > 0; left = until - this.clock.now()) {
      await breathe();
      this.clock.advance(Math.min(left, GRAIN_MS));
    }
    await breathe();
  }

  /** Lets time pass until the run has ended; throws when nothing can happen any more and it has not. */
  async end(): Promise<RunEnd> {
    for (let quiet = 0; this.#end === null; ) {
      await breathe();
      if (this.#end !== null) break;
      quiet = this.clock.step() ? 0 : quiet + 1;
      if (quiet > 10) throw new Error("nothing can happen any more, and the run has not ended");
      if (this.clock.now() > LONGEST_MS) throw new Error("the run goes on for ever");
    }
    if ("error" in this.#end) throw this.#end.error;
    return this.#end.end;
  }

  /** Indexes in the order of delivery. */
  indexes(): number[] {
    return this.delivered.map(({ index }) => index);
  }

  statuses(): string[] {
    return this.delivered.map(({ status }) => status);
  }

  /** Rows in the order of their sends. */
  sentRows(): number[] {
    return this.transport.sent.map(({ row }) => row);
  }

  #wire(lanes: readonly { lane: string; rows: number }[], settledBefore: number): Run {
    const { options, ledger, clock, transport, registry } = this;
    const { provider = xai } = options;
    const parts = {
      ledger,
      sink: { write: (rows: readonly SettledRow[]) => this.#take(rows), end: async () => {} },
      delivered: (next: number) => {
        feed.delivered(next);
        if (options.prune === true) void ledger.prune(next);
      },
      failed: (error: unknown) => this.run.fail(error),
    };
    const delivery =
      options.order === "completion"
        ? new CompletionOrder(parts, 0)
        : new InputOrder(parts, 0, settledBefore);
    const feed = this.#feed(lanes, (index, isBlank) => delivery.stored(index, isBlank));
    const worst = new Map<string, WorstCost>();
    const copied = (rows: readonly CopiedRow[]) => {
      for (const { index } of rows) delivery.stored(index, false);
      this.events.push({ type: "copied", rows });
    };
    return new Run({
      ledger: options.dedupe ? tellingCopies(ledger, copied) : ledger,
      feed,
      delivery,
      transport,
      provider,
      limiterOf: (lane) =>
        registry.lane(
          { account: "a", model: lane },
          { limits: options.limits ?? [], maxConcurrent: options.maxConcurrent ?? null },
        ),
      onLimiterChange: (listener) => registry.onChange(listener),
      exchangeOf: ({ path, body }) => ({ method: "POST", path, headers: {}, body }),
      origin: "test",
      worstCostOf: (model) => {
        const known = worst.get(model) ?? new WorstCost(provider.price(model), options.seen);
        worst.set(model, known);
        return known;
      },
      rehearsal: options.rehearsal ?? null,
      cache: options.cache ?? null,
      budget: this.budget,
      clock,
      random: options.random ?? (() => 0.5),
      listener: (event) => this.events.push(event),
      maxAttempts: options.maxAttempts ?? 3,
      timeoutMs: options.timeoutMs ?? 3_600_000,
      silence: options.silence ?? {
        beforeBodyMs: Number.POSITIVE_INFINITY,
        inBodyMs: Number.POSITIVE_INFINITY,
      },
      hedge: options.hedge ?? false,
      soleLane: options.soleLane ?? lanes.length === 1,
    });
  }

  #feed(
    lanes: readonly { lane: string; rows: number }[],
    onSettled: (index: number, isBlank: boolean) => void,
  ): Feed {
    const { ledger, options } = this;
    const { limit = Number.POSITIVE_INFINITY, arrivals, changed = [] } = options;
    if (arrivals === undefined) {
      const rows = rowsOf(options.rows ?? 1);
      const render = (_: Uint8Array, { index }: { index: number }) =>
        changed.includes(index) ? { problem: "the line changed" } : requestOf(index, rows[index] ?? {});
      const read = async (places: readonly unknown[]) => places.map(() => new Uint8Array());
      return new PlannedFeed({ ledger, source: { read }, render, lanes, limit });
    }
    let entered = 0;
    const enter = (row: PlannedRow): Arrival => {
      const index = entered;
      entered += 1;
      const { kind = "request" } = row;
      return { plan: planRow(row, index), request: kind === "request" ? requestOf(index, row) : null };
    };
    return new ArrivingFeed({
      ledger,
      arrivals: arrivals(enter, this.clock),
      limit,
      onSettled,
      onGrown: (rows) => this.events.push({ type: "grown", rows }),
      onFailed: (error) => this.run.fail(error),
    });
  }

  async #take(rows: readonly SettledRow[]): Promise<void> {
    await this.options.sink?.(rows, this.clock);
    this.delivered.push(...rows);
  }

  #checkStart(row: number): void {
    const intents = this.ledger.open.get(row) ?? 0;
    if (intents <= this.transport.underWayOf(row))
      this.faults.push(`row ${row} was sent without a durable intent`);
    if (this.transport.capacity() <= 0) this.faults.push(`row ${row} was sent without a free stream`);
    if (this.ledger.settled.has(row)) this.faults.push(`row ${row} was sent again after it was settled`);
  }
}

/** Time is stepped through in grains, so that what the disk answers is seen before more time passes. */
const GRAIN_MS = 10;
/** No test lasts longer than a day of its own time. */
const LONGEST_MS = 24 * 3_600_000;

export function startEngine(options: EngineOptions = {}): Promise<Engine> {
  return new Engine(options).begin();
}

/** Runs to the end. */
export async function runEngine(options: EngineOptions = {}): Promise<Engine & { result: RunEnd }> {
  const engine = await startEngine(options);
  return Object.assign(engine, { result: await engine.end() });
}

/** Lets everything happen that needs no time: a few turns of the event loop. */
export async function breathe(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await setImmediate();
}
