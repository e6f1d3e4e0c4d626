import type { Clock } from "../model/clock.ts";
import type { RunEvent, RunListener } from "../model/events.ts";
import type { LaneSnapshot } from "../model/limiter.ts";
import { BindingShare } from "./binding-share.ts";
import { estimateEta } from "./eta.ts";
import { allowedPerSecond, LaneUses, laneView } from "./lane-use.ts";
import { Pauses } from "./pauses.ts";
import { RateWindow } from "./rate-window.ts";
import { RunCounts } from "./run-counts.ts";
import type { Before, Snapshot } from "./snapshot.ts";
import { countRow, settledRows, sumOf } from "./tally.ts";

export interface ObserverOptions {
  clock: Clock;
  /** How the lanes stand now; asked once per snapshot. Default: none are known. */
  lanes?: () => readonly LaneSnapshot[];
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
  readonly #before: Before | null;
  readonly #counts = new RunCounts();
  readonly #settledRate = new RateWindow();
  readonly #tokenRate = new RateWindow();
  readonly #bindings = new BindingShare();
  readonly #uses = new LaneUses();
  readonly #pauses = new Pauses();
  #plan = { rows: 0, todo: 0, settled: 0 };
  #started = 0;
  #startedAt: number | null = null;
  #finishedAt: number | null = null;
  #halted = false;
  #stopping: Snapshot["stopping"] = null;

  constructor({ clock, lanes = () => [], before = null }: ObserverOptions) {
    this.#clock = clock;
    this.#lanes = lanes;
    this.#before = before;
  }

  count(event: RunEvent): void {
    const now = this.#clock.now();
    switch (event.type) {
      case "started":
        this.#startedAt = now;
        this.#plan = { rows: event.rows, todo: event.todo, settled: event.settled };
        break;
      case "grown":
        this.#plan.todo += Math.max(0, event.rows - this.#plan.rows);
        this.#plan.rows = event.rows;
        this.#plan.settled = event.settled ?? this.#plan.settled;
        break;
      case "sent":
        this.#started += 1;
        this.#uses.sent(event.lane, now);
        this.#pauses.over(event.lane);
        break;
      case "ended":
        // An attempt that never reached the wire ends without having been sent.
        if (this.#started > 0) this.#started -= 1;
        this.#counts.ended(event);
        if (event.ending.kind === "answered") this.#uses.used(event.lane, event.ending.reply.usage);
        break;
      case "settled":
        countRow(this.#counts.tally, event.row);
        if (event.row.status !== "blank") this.#settledRate.add(now, 1);
        if (event.row.usage !== null) this.#tokenRate.add(now, event.row.usage.totalTokens);
        break;
      case "bound":
        this.#bindings.saw(event.lane, event.by, now);
        break;
      case "paused":
        this.#pauses.began(event.lane, event.reason, event.untilWall);
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

  finish(): void {
    this.#finishedAt ??= this.#clock.now();
  }

  snapshot(): Snapshot {
    const now = this.#finishedAt ?? this.#clock.now();
    const isOver = this.#finishedAt !== null;
    const lanes = this.#lanes();
    if (!isOver) for (const lane of lanes) this.#bindings.saw(lane.lane, lane.binding, now);
    const paused = isOver ? null : this.#pauses.present(this.#clock.wall());
    const { tally, endings, retriesByEnding, latencies, ...counts } = this.#counts;
    const startedAt = this.#startedAt ?? now;
    const done = this.#plan.settled + settledRows(tally);
    const rows = Math.max(this.#plan.rows, done);
    const rate = this.#settledRate.perSecond(now, startedAt);
    return {
      ...counts,
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
      etaMs:
        isOver || this.#halted || this.#startedAt === null
          ? null
          : this.#eta(rows - done, rate, now - startedAt, lanes, paused),
      bound: this.#halted ? { by: "halt", share: 1 } : this.#bindings.strongest(now),
      lanes: lanes.map((lane) => laneView(lane, this.#uses.of(lane.lane))),
      paused,
      halted: this.#halted && !isOver,
      stopping: this.#stopping,
      wallMs: now - startedAt,
    };
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
    return estimateEta({
      left: Math.max(0, Math.min(rowsLeft, this.#plan.todo - settled)),
      rate,
      settled,
      elapsedMs,
      allowedPerSecond: allowedPerSecond(lanes),
      pausedMs: paused?.forMs ?? 0,
    });
  }
}
