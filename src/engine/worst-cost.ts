import type { Ticks } from "../model/money.ts";
import type { Price } from "../model/provider.ts";
import type { Request } from "../model/request.ts";

/** Output assumed for a request without a cap, before any answer has told better. Tokens. */
const UNCAPPED_OUTPUT_TOKENS = 4096;
/** A prompt is never more tokens than bytes; two bytes a token is already dense text in any language. */
const BYTES_PER_TOKEN_AT_WORST = 2;
/** An uncapped answer is expected to cost at most so many times the dearest one seen. */
const MARGIN_OVER_SEEN = 2;

/** The most a request is known to cost: from its cap and the price, and from the dearest answer seen so far. */
export class WorstCost {
  readonly #price: Price | null;
  #dearest: Ticks = 0;

  constructor(price: Price | null) {
    this.#price = price;
  }

  /** Null where nobody told a price. */
  of(request: Request): Ticks | null {
    if (this.#price === null) return this.#dearest === 0 ? null : this.#dearest * MARGIN_OVER_SEEN;
    const prompt = (request.body.length / BYTES_PER_TOKEN_AT_WORST) * this.#price.input;
    const perSample = (request.maxTokens ?? UNCAPPED_OUTPUT_TOKENS) * this.#price.output;
    const capped = Math.ceil(prompt + perSample * request.samples);
    return request.maxTokens === null
      ? Math.max(capped, this.#dearest * MARGIN_OVER_SEEN)
      : Math.max(capped, this.#dearest);
  }

  seen(cost: Ticks): void {
    if (cost > this.#dearest) this.#dearest = cost;
  }
}
