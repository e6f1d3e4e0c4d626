import type { LanePause } from "./snapshot.ts";

/** Which lanes wait, why and until when. A pause ends at its time, or with the lane's next request. */
export class Pauses {
  readonly #lanes = new Map<string, Omit<LanePause, "forMs">>();

  began(lane: string, pause: Omit<LanePause, "forMs">): void {
    this.#lanes.set(lane, pause);
  }

  over(lane: string): void {
    this.#lanes.delete(lane);
  }

  /** Null when the lane is open. */
  of(lane: string, wall: number): LanePause | null {
    const pause = this.#lanes.get(lane);
    if (pause === undefined) return null;
    const { reason, untilWall, parked } = pause;
    if (untilWall === null) return { reason, untilWall, forMs: null, parked };
    if (untilWall > wall) return { reason, untilWall, forMs: untilWall - wall, parked };
    this.#lanes.delete(lane);
    return null;
  }

  /** Every lane that waits, the first to open first. */
  all(wall: number): (LanePause & { lane: string })[] {
    const pauses = [...this.#lanes.keys()].flatMap((lane) => {
      const pause = this.of(lane, wall);
      return pause === null ? [] : [{ lane, ...pause }];
    });
    return pauses.sort((one, other) => opens(one) - opens(other));
  }
}

function opens({ forMs }: LanePause): number {
  return forMs ?? Number.POSITIVE_INFINITY;
}
