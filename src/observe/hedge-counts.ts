import type { RunEvent } from "../model/events.ts";
import type { Hedges } from "./snapshot.ts";

/** What second copies of stragglers came to. */
export class HedgeCounts {
  readonly #counts: Hedges = { sent: 0, won: 0, cost: 0, unknownCost: 0, atRisk: 0, unpricedAtRisk: 0 };

  view(): Hedges {
    return { ...this.#counts };
  }

  sent(): void {
    this.#counts.sent += 1;
  }

  ended({ atRisk, ending, race }: Extract<RunEvent, { type: "ended" }>): void {
    if (race?.row === "won" && race.isHedge) this.#counts.won += 1;
    if (race?.row !== "lost") return;
    const cost = ending.kind === "answered" ? (ending.reply.cost?.ticks ?? null) : 0;
    if (cost === null) this.#counts.unknownCost += 1;
    else this.#counts.cost += cost;
    if (atRisk === null) this.#counts.unpricedAtRisk += 1;
    else if (ending.kind !== "answered") this.#counts.atRisk += atRisk;
  }
}
