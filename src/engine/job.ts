import type { Load } from "../model/limiter.ts";
import type { Ticks } from "../model/money.ts";
import type { OutcomeError } from "../model/outcome.ts";
import type { Request } from "../model/request.ts";

/** A row on its way: what the plan knows of it, the request it became, and what it has been through. */
export interface Job {
  index: number;
  line: number;
  customId: string | null;
  offset: number;
  length: number;
  lane: string;
  request: Request;
  load: Load;
  /** Attempts of this run that count against the maximum. */
  attempts: number;
  /** Sends of this run that never reached the provider's application, in a row. */
  unprocessed: number;
  /** The most one attempt can be expected to cost, for the budget and the money at risk; null = no price. */
  worstCost: Ticks | null;
}

/** A row that turned out to have nothing to send after all. */
export interface Unsendable {
  index: number;
  row: Pick<Job, "index" | "line" | "customId" | "offset" | "length">;
  error: OutcomeError;
}

export interface Taken {
  jobs: readonly Job[];
  unsendable: readonly Unsendable[];
}
