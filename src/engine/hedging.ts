import type { Clock } from "../model/clock.ts";
import type { RunListener } from "../model/events.ts";
import type { Binding } from "../model/limits.ts";
import type { Admission } from "./admission.ts";
import type { Attempt } from "./attempt.ts";
import type { Feed } from "./feed.ts";
import type { InFlight } from "./in-flight.ts";
import type { LaneWork } from "./lane-work.ts";
import type { Preparation } from "./preparation.ts";
import type { ProviderWatch } from "./provider-watch.ts";
import { Race } from "./race.ts";
import type { Recorder } from "./recorder.ts";
import { mayHedgeMore, RecentLatencies, untilLate } from "./stragglers.ts";

const NEVER = Number.POSITIVE_INFINITY;
/** What all lanes share: a row that waits for it goes before any second copy. */
const SHARED: ReadonlySet<Binding> = new Set<Binding>(["connections", "budget"]);

export interface HedgingParts {
  admission: Admission;
  clock: Clock;
  feed: Pick<Feed, "isEmpty">;
  inFlight: InFlight;
  /** All lanes of the run. */
  lanes: Iterable<LaneWork>;
  listener: RunListener;
  preparation: Preparation;
  recorder: Recorder;
  watch: ProviderWatch;
  /** False once the run starts nothing more. */
  isOpen: () => boolean;
  /** True while the run's owner lets nothing start. */
  isHalted: () => boolean;
  /** When what is late at that time may be judged so. */
  judgeAt: (due: number) => number;
  changed: () => void;
}

/** What is known of a lane's answers, and the attempt whose second copy is about to be sent. */
class LaneHedges {
  readonly latencies = new RecentLatencies();
  sent = 0;
  /** Its second intent is on the way to the disk, or durable: one at a time, so that each sees the room that is left. */
  next: Attempt | null = null;
  isDurable = false;
}

/** Sends a second copy of a straggler where nobody else waits for the room that it takes. */
export class Hedging {
  readonly #parts: HedgingParts;
  readonly #lanes = new Map<LaneWork, LaneHedges>();

  constructor(parts: HedgingParts) {
    this.#parts = parts;
  }

  answered(lane: LaneWork, latencyMs: number): void {
    this.#of(lane).latencies.add(latencyMs);
  }

  /** Within a turn, once everybody else was served; returns when to look again. */
  look(now: number): number {
    for (const [lane, hedges] of this.#lanes) this.#sendNext(lane, hedges, now);
    const { inFlight, judgeAt, lanes } = this.#parts;
    if (judgeAt(now) > now) return judgeAt(now);
    if ([...lanes].some(({ binding }) => SHARED.has(binding))) return NEVER;
    const lateMs = new Map([...this.#lanes].map(([lane, hedges]) => [lane, this.#lateMs(lane, hedges)]));
    const shortest = Math.min(NEVER, ...lateMs.values());
    if (shortest === NEVER) return NEVER;
    let lookAt = NEVER;
    for (const attempt of inFlight.oldestFirst()) {
      const { lane } = attempt;
      const untilMs = untilLate(attempt, lateMs.get(lane) ?? NEVER, now);
      lookAt = Math.min(lookAt, now + (untilMs > 0 ? untilMs : this.#prepare(attempt, now)));
      // Where there is no room for this one there is none for the next either.
      if (untilMs === 0) lateMs.set(lane, NEVER);
      // The others started later still.
      if (attempt.startedAt + shortest > now) break;
    }
    return lookAt;
  }

  /** Infinity where somebody else of the lane waits to be sent, or nothing of it may be. */
  #lateMs(lane: LaneWork, { latencies, next, sent }: LaneHedges): number {
    const { feed, isHalted, isOpen } = this.#parts;
    if (!isOpen() || isHalted() || next !== null || !mayHedgeMore(sent, latencies.answers)) return NEVER;
    const isIdle = lane.stopped === null && lane.parkedLoad === null && !lane.taking;
    const isFree = isIdle && lane.preparing() === 0 && lane.readyCount() === 0 && feed.isEmpty(lane.name);
    return isFree ? latencies.lateMs() : NEVER;
  }

  /** Makes the intent durable where there is room; returns how long until there may be. */
  #prepare(attempt: Attempt, now: number): number {
    const { admission, changed, clock, preparation, recorder } = this.#parts;
    const { job, lane } = attempt;
    const hedges = this.#of(lane);
    const waitMs = admission.roomFor(lane, job, now);
    if (waitMs > 0) return waitMs;
    hedges.next = attempt;
    hedges.isDurable = false;
    lane.recording += 1;
    job.worstCost = preparation.price(job);
    recorder.intend({ index: job.index, atRisk: job.worstCost, wallTime: clock.wall() }, () => {
      hedges.isDurable = true;
      changed();
    });
    return NEVER;
  }

  /** Sends what has a durable intent, if it is still wanted and there is still room; else takes the intent back. */
  #sendNext(lane: LaneWork, hedges: LaneHedges, now: number): void {
    const { admission, changed, inFlight, isHalted, isOpen, listener, preparation, watch } = this.#parts;
    const { next } = hedges;
    if (next === null || !hedges.isDurable) return;
    hedges.next = null;
    lane.recording -= 1;
    const { job } = next;
    const isWanted = isOpen() && !isHalted() && lane.stopped === null && untilLate(next, 0, now) === 0;
    if (next.ended || !isWanted || admission.roomFor(lane, job, now) > 0) {
      preparation.withdraw(job, true);
      changed();
      return;
    }
    const hedge = inFlight.start(lane, job, now);
    watch.started(hedge);
    const race = new Race(next, hedge);
    next.race = race;
    hedge.race = race;
    job.wasHedged = true;
    hedges.sent += 1;
    listener({ type: "hedged", lane: lane.name });
  }

  #of(lane: LaneWork): LaneHedges {
    const known = this.#lanes.get(lane) ?? new LaneHedges();
    this.#lanes.set(lane, known);
    return known;
  }
}
