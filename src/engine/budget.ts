import type { Ticks } from "../model/money.ts";

/**
 * Holds a run to a sum of money: what is spent, what may have been spent (at risk) and what the requests in
 * flight may cost at worst count together.
 */
export class Budget {
  readonly #limit: Ticks;
  #spent: Ticks;
  #reserved: Ticks = 0;
  #inFlight = 0;

  /** `spent` = what the ledger already holds for these rows, money at risk included. */
  constructor(limit: Ticks, spent: Ticks) {
    this.#limit = limit;
    this.#spent = spent;
  }

  /** "go", "wait" for a request in flight to tell its true cost, or "stop": the next one could pass the budget. */
  admit(worstCost: Ticks): "go" | "wait" | "stop" {
    if (this.#spent + this.#reserved + worstCost <= this.#limit) return "go";
    return this.#inFlight > 0 ? "wait" : "stop";
  }

  reserve(worstCost: Ticks): void {
    this.#reserved += worstCost;
    this.#inFlight += 1;
  }

  /** Replaces a reservation by what the attempt cost, or may have cost. */
  settle(worstCost: Ticks, cost: Ticks): void {
    this.#reserved -= worstCost;
    this.#inFlight -= 1;
    this.#spent += cost;
  }

  get spent(): Ticks {
    return this.#spent;
  }
}
