import type { Ticks } from "../model/money.ts";
import type { Price } from "../model/provider.ts";
import type { Request } from "../model/request.ts";

/** Output assumed for a request without a cap, before any answer has told better. Tokens. */
const UNCAPPED_OUTPUT_TOKENS = 4096;
/** A prompt is never more tokens than bytes; two bytes a token is already dense text in any language. */
const BYTES_PER_TOKEN_AT_WORST = 2;
/** An uncapped answer is expected to cost at most so many times the dearest one seen, and mostly the mean. */
const MARGIN_OVER_SEEN = 2;
/** Answers after which the dearest of them tells what the others may cost. */
const SAMPLE_ANSWERS = 5;

/** What is known of a lane's answers. */
export interface SeenAnswers {
  answers: number;
  dearest: Ticks;
  /** Null = none of them told. */
  cost: { mean: Ticks } | null;
}

const NOTHING_SEEN: SeenAnswers = { answers: 0, dearest: 0, cost: null };

/** The most a request is likely to cost: from its cap and the price, and from the dearest answer seen so far. */
export class WorstCost {
  readonly #price: Price | null;
  #answers: number;
  #dearest: Ticks;
  #sum: Ticks;

  /** `seen`: by earlier runs. */
  constructor(price: Price | null, seen: SeenAnswers = NOTHING_SEEN) {
    this.#price = price;
    this.#answers = seen.answers;
    this.#dearest = seen.dearest;
    this.#sum = seen.answers * (seen.cost?.mean ?? 0);
  }

  /** True once enough answers were seen to judge the next ones by. */
  get isSampled(): boolean {
    return this.#answers >= SAMPLE_ANSWERS;
  }

  /** Null where nobody told a price. */
  of(request: Request): Ticks | null {
    if (this.#price === null) return this.#dearest === 0 ? null : this.#dearest * MARGIN_OVER_SEEN;
    const perSample = (request.maxTokens ?? UNCAPPED_OUTPUT_TOKENS) * this.#price.output;
    const capped = Math.ceil(promptCost(request, this.#price) + perSample * request.samples);
    return request.maxTokens === null
      ? Math.max(capped, this.#dearest * MARGIN_OVER_SEEN)
      : Math.max(capped, this.#dearest);
  }

  /** By the answers alone, whatever the cap says: it does not hold everywhere. Before the sample as `of`. */
  learned(request: Request): Ticks | null {
    if (!this.isSampled || this.#price === null) return this.of(request);
    return Math.max(Math.ceil(promptCost(request, this.#price)), this.#dearest * MARGIN_OVER_SEEN);
  }

  /** What most of its answers stay below, however dear a rare one was. */
  typical(request: Request): Ticks | null {
    return this.isSampled ? (this.#sum / this.#answers) * MARGIN_OVER_SEEN : this.of(request);
  }

  seen(cost: Ticks): void {
    this.#answers += 1;
    this.#sum += cost;
    if (cost > this.#dearest) this.#dearest = cost;
  }
}

function promptCost({ body }: Request, price: Price): Ticks {
  return (body.length / BYTES_PER_TOKEN_AT_WORST) * price.input;
}
