import type { BudgetTerms, CostBound } from "../model/budget.ts";
import { formatUsd, type Ticks } from "../model/money.ts";
import type { Request } from "../model/request.ts";
import { isOpenEnded, type Prospect, reserveFor, riskOf } from "./reserve.ts";

/** What is held back for one request in flight. */
export interface Hold {
  ticks: Ticks;
  openEnded: boolean;
  /** What is booked for it where it is lost on the way: never more than was held back. Null = no price. */
  atRisk: Ticks | null;
}

/** "wait" for a request in flight to tell its true cost; "stop": the next one could pass the budget. */
export type Verdict = "go" | "wait" | "stop";

/**
 * Holds a run to a sum of money: what is spent, what may have been spent (at risk) and what is held back for the
 * requests in flight count together.
 */
export class Budget {
  readonly terms: BudgetTerms;
  /** The most a request can cost, as its provider tells. */
  readonly boundOf: (request: Request) => CostBound;
  #spent: Ticks;
  #reserved: Ticks = 0;
  #inFlight = 0;
  #openEnded = 0;

  constructor(terms: BudgetTerms, boundOf: (request: Request) => CostBound) {
    this.terms = terms;
    this.boundOf = boundOf;
    this.#spent = terms.spent;
  }

  admit(prospect: Prospect): Verdict {
    const { mode, openEnded } = this.terms;
    const mayPass = isOpenEnded(prospect, mode);
    if (mayPass && this.#openEnded >= openEnded) return "wait";
    const reserve = reserveFor(prospect, mode);
    if (reserve !== null && reserve <= this.left) return "go";
    if (this.#inFlight > 0) return "wait";
    // Alone and with all that is left, if that is mostly enough: a sample begins so, and the money is used to its end.
    const isMostlyEnough = this.left > 0 && (prospect.typical ?? 0) <= this.left;
    return mayPass && isMostlyEnough ? "go" : "stop";
  }

  hold(prospect: Prospect): Hold {
    const { mode } = this.terms;
    const ticks = Math.min(reserveFor(prospect, mode) ?? this.left, Math.max(0, this.left));
    const risk = riskOf(prospect, mode);
    const atRisk = risk === null ? null : Math.min(risk, ticks);
    const hold = { ticks, openEnded: isOpenEnded(prospect, mode), atRisk };
    this.#reserved += hold.ticks;
    this.#inFlight += 1;
    if (hold.openEnded) this.#openEnded += 1;
    return hold;
  }

  /** Replaces what was held back by what the attempt cost, or may have cost. */
  settle(hold: Hold, cost: Ticks): void {
    this.#reserved -= hold.ticks;
    this.#inFlight -= 1;
    if (hold.openEnded) this.#openEnded -= 1;
    this.#spent += cost;
  }

  get spent(): Ticks {
    return this.#spent;
  }

  get left(): Ticks {
    return this.terms.limit - this.#spent - this.#reserved;
  }

  /** Why nothing more is sent, when `admit` said "stop". */
  reason(prospect: Prospect): string {
    const { mode } = this.terms;
    const most = isOpenEnded(prospect, mode) ? prospect.typical : reserveFor(prospect, mode);
    const need = most === null ? "an unknown sum" : `up to ${formatUsd(most)}`;
    return `the next request could pass the budget: it may cost ${need}, and ${formatUsd(Math.max(0, this.left))} is left`;
  }
}

/** What an attempt cost, or may have cost, takes the place of what was held back for it. */
export function settleHold(budget: Budget | null, attempt: { hold: Hold | null }, cost: Ticks): void {
  if (attempt.hold !== null) budget?.settle(attempt.hold, cost);
  attempt.hold = null;
}
