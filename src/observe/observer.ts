import type { Clock } from "../model/clock.ts";
import type { RunEvent, RunListener } from "../model/events.ts";
import type { LaneSnapshot } from "../model/limiter.ts";
import type { SettledRow } from "../model/outcome.ts";
import { allowedPerSecond } from "./allowed-pace.ts";
import { BindingShare } from "./binding-share.ts";
import { estimateEta } from "./eta.ts";
import { Pauses } from "./pauses.ts";
import { RateWindow } from "./rate-window.ts";
import { RunCounts } from "./run-counts.ts";
import type { NamedRow } from "./slowest-rows.ts";
import type { Before, Snapshot } from "./snapshot.ts";
import { TAIL_ROWS, tailOf } from "./tail.ts";
import { countRow, settledRows, sumOf } from "./tally.ts";

export interface ObserverOptions {
  clock: Clock;
  /** How the lanes stand now; asked once per snapshot. Default: none are known. */
  lanes?: () => readonly LaneSnapshot[];
  /** What has been in flight for longest; asked once per snapshot. Default: nothing is known. */
  oldest?: (most: number) => readonly (NamedRow & { ms: number })[];
  /** What earlier runs left, read after the ledger opened this one. Default null: this is the first. */
  before?: Before | null;
}

export interface Observer {
  listener: RunListener;
  snapshot(): Snapshot;
  /** The run is over: time and rates stand still from here on. */
  finish(): void;
}

/** Counts a run's events into one snapshot. Constant work per event; listens, never steers. */
export function createObserver(options: ObserverOptions): Observer {
  const counters = new EventCounters(options);
  return {
    listener: (event) => counters.count(event),
    snapshot: () => counters.snapshot(),
    finish: () => counters.finish(),
  };
}

class EventCounters {
  readonly #clock: Clock;
  readonly #lanes: () => readonly LaneSnapshot[];
  readonly #oldest: NonNullable<ObserverOptions["oldest"]>;
  readonly #before: Before | null;
  readonly #counts = new RunCounts();
  readonly #settledRate = new RateWindow();
  readonly #tokenRate = new RateWindow();
  readonly #bindings = new BindingShare();
  /** Requests of this run, per lane. */
  readonly #sent = new Map<string, number>();
  readonly #pauses = new Pauses();
  #plan = { rows: 0, todo: 0, settled: 0 };
  #started = 0;
  #startedAt: number | null = null;
  #finishedAt: number | null = null;
  #halted = false;
  #stopping: Snapshot["stopping"] = null;

  constructor({ clock, lanes = () => [], oldest = () => [], before = null }: ObserverOptions) {
    this.#clock = clock;
    this.#lanes = lanes;
    this.#oldest = oldest;
    this.#before = before;
  }

  count(event: RunEvent): void {
    switch (event.type) {
      case "started":
        this.#startedAt = this.#clock.now();
        this.#plan = { rows: event.rows, todo: event.todo, settled: event.settled };
        break;
      case "grown":
        this.#plan.todo += Math.max(0, event.rows - this.#plan.rows);
        this.#plan.rows = event.rows;
        this.#plan.settled = event.settled ?? this.#plan.settled;
        break;
      case "sent":
        this.#started += 1;
        this.#sent.set(event.lane, (this.#sent.get(event.lane) ?? 0) + 1);
        this.#pauses.over(event.lane);
        break;
      case "ended":
        // An attempt that never reached the wire ends without having been sent.
        if (this.#started > 0) this.#started -= 1;
        this.#counts.ended(event);
        break;
      case "hedged":
        this.#counts.hedges.sent();
        break;
      case "cut-off":
        this.#started = Math.max(0, this.#started - 1);
        this.#counts.cutOff(event.atRisk);
        break;
      case "settled":
        this.#settled(event.row);
        break;
      case "reused":
        this.#counts.reused(event);
        break;
      case "copied":
        this.#counts.copied(event.rows);
        this.#settledRate.add(this.#clock.now(), event.rows.length);
        break;
      case "paused":
        this.#pauses.began(event.lane, event);
        break;
      case "halted":
        this.#halted = event.halted;
        break;
      case "stopping":
        this.#stopping ??= { reason: event.reason, message: event.message };
        break;
      case "note":
        break;
    }
  }

  #settled(row: SettledRow): void {
    const now = this.#clock.now();
    countRow(this.#counts.tally, row);
    if (row.status !== "blank") this.#settledRate.add(now, 1);
    if (row.usage !== null) this.#tokenRate.add(now, row.usage.totalTokens);
  }

  finish(): void {
    this.#finishedAt ??= this.#clock.now();
  }

  snapshot(): Snapshot {
    const now = this.#finishedAt ?? this.#clock.now();
    const isOver = this.#finishedAt !== null;
    const lanes = this.#lanes();
    if (!isOver) for (const lane of lanes) this.#bindings.saw(lane.lane, lane.binding, now);
    const wall = this.#clock.wall();
    const paused = isOver ? null : this.#paused(lanes, wall);
    const { tally, endings, retriesByEnding, latencies, firstTokens, slowestRows, kept, hedges, ...counts } =
      this.#counts;
    const startedAt = this.#startedAt ?? now;
    const done = this.#plan.settled + settledRows(tally);
    const rows = Math.max(this.#plan.rows, done);
    const rate = this.#settledRate.perSecond(now, startedAt);
    return {
      ...counts,
      kept: { ...kept },
      hedges: hedges.view(),
      phase: this.#phase(paused !== null || this.#halted),
      rows,
      todo: this.#plan.todo,
      done,
      run: sumOf(null, tally),
      inAll: sumOf(this.#before, tally),
      held: counts.held + (this.#before?.unknown ?? 0),
      inFlight: lanes.length > 0 ? lanes.reduce((sum, lane) => sum + lane.inFlight, 0) : this.#started,
      rate,
      tokensPerSecond: this.#tokenRate.perSecond(now, startedAt),
      endings: Object.fromEntries(endings),
      retriesByEnding: Object.fromEntries(retriesByEnding),
      latency: latencies.view(),
      firstToken: firstTokens.view(),
      slowest: slowestRows.view(),
      tail: isOver || this.#startedAt === null ? null : tailOf(rows - done, this.#oldest(TAIL_ROWS)),
      etaMs:
        isOver || this.#halted || this.#startedAt === null
          ? null
          : this.#eta(rows - done, rate, now - startedAt, lanes, paused),
      bound: this.#halted ? { by: "halt", share: 1 } : this.#bindings.strongest(now),
      lanes: lanes.map((lane) => ({
        ...lane,
        sent: this.#sent.get(lane.lane) ?? 0,
        paused: this.#pauses.of(lane.lane, wall),
      })),
      paused,
      halted: this.#halted && !isOver,
      stopping: this.#stopping,
      wallMs: now - startedAt,
    };
  }

  /** A lane that is not paused may still have something to do: then the run as a whole goes on. */
  #paused(lanes: readonly LaneSnapshot[], wall: number): Snapshot["paused"] {
    const [first] = this.#pauses.all(wall);
    if (first === undefined) return null;
    const goesOn = lanes.some(
      ({ lane, binding, inFlight }) =>
        this.#pauses.of(lane, wall) === null && (inFlight > 0 || binding !== "nothing"),
    );
    return goesOn ? null : first;
  }

  #phase(isPaused: boolean): Snapshot["phase"] {
    if (this.#finishedAt !== null) return "finished";
    if (this.#stopping !== null) return "stopping";
    if (this.#startedAt === null) return "starting";
    return isPaused ? "paused" : "running";
  }

  #eta(
    rowsLeft: number,
    rate: number,
    elapsedMs: number,
    lanes: readonly LaneSnapshot[],
    paused: Snapshot["paused"],
  ): number | null {
    const settled = settledRows(this.#counts.tally);
    const lastToOpen = Math.max(0, ...this.#pauses.all(this.#clock.wall()).map(({ forMs }) => forMs ?? 0));
    return estimateEta({
      left: Math.max(0, Math.min(rowsLeft, this.#plan.todo - settled)),
      rate,
      settled,
      elapsedMs,
      allowedPerSecond: allowedPerSecond(lanes),
      pausedMs: paused?.forMs ?? 0,
      lastToOpenMs: lastToOpen,
    });
  }
}
