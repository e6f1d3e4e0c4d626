import type { Snapshot } from "./snapshot.ts";

/** Which lanes wait, why and until when. A pause ends at its time, or with the lane's next request. */
export class Pauses {
  readonly #lanes = new Map<string, { reason: string; untilWall: number | null }>();

  began(lane: string, reason: string, untilWall: number | null): void {
    this.#lanes.set(lane, { reason, untilWall });
  }

  over(lane: string): void {
    this.#lanes.delete(lane);
  }

  /** The first pause that still lasts; null when every lane is open. */
  present(wall: number): Snapshot["paused"] {
    for (const [lane, { reason, untilWall }] of this.#lanes) {
      if (untilWall === null) return { lane, reason, untilWall, forMs: null };
      if (untilWall > wall) return { lane, reason, untilWall, forMs: untilWall - wall };
      this.#lanes.delete(lane);
    }
    return null;
  }
}
