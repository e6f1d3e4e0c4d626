import type { CostBound } from "../model/budget.ts";
import type { Request } from "../model/request.ts";
import type { ModelEstimate } from "./estimate.ts";
import type { Changes } from "./shaping.ts";

/** What options took from the file, over all rows planned so far. */
export interface Replacements {
  /** Models that `--model` replaced, most frequent first. */
  models: readonly { from: string; rows: number }[];
  /** Rows whose own system message was replaced. */
  system: number;
  /** Parameters that rows had set otherwise. */
  params: readonly { name: string; rows: number }[];
  /** Rows whose `stream` was dropped. */
  stream: number;
  /** Rows in which a null column was rendered as empty text. */
  nulls: number;
}

/** Counts for the first line of a run. */
export class Tallies {
  readonly #models = new Map<string, number>();
  readonly #params = new Map<string, number>();
  readonly #estimates = new Map<string, ModelEstimate>();
  readonly #costBound: ((request: Request) => CostBound) | undefined;
  #system = 0;
  #stream = 0;
  #nulls = 0;

  constructor(costBound?: (request: Request) => CostBound) {
    this.#costBound = costBound;
  }

  count(request: Request, changes: Changes): void {
    this.#estimate(request);
    if (changes.model !== null) increase(this.#models, changes.model);
    for (const name of changes.params) increase(this.#params, name);
    if (changes.system) this.#system++;
    if (changes.stream) this.#stream++;
    if (changes.nulls) this.#nulls++;
  }

  replacements(): Replacements {
    return {
      models: byFrequency(this.#models).map(([from, rows]) => ({ from, rows })),
      system: this.#system,
      params: byFrequency(this.#params).map(([name, rows]) => ({ name, rows })),
      stream: this.#stream,
      nulls: this.#nulls,
    };
  }

  estimates(): ReadonlyMap<string, ModelEstimate> {
    return this.#estimates;
  }

  #estimate(request: Request): void {
    let sum = this.#estimates.get(request.model);
    if (sum === undefined) {
      sum = { ...NOTHING };
      this.#estimates.set(request.model, sum);
    }
    sum.rows++;
    sum.bodyBytes += request.body.length;
    sum.samples += request.samples;
    if (request.maxTokens === null) sum.uncapped += request.samples;
    else sum.maxOutputTokens += request.maxTokens * request.samples;
    const bound = this.#costBound?.(request);
    if (bound === undefined || bound.capped) return;
    sum.openEnded++;
    if (bound.most === null) sum.unbounded++;
    else sum.dearestOpenEnded = Math.max(sum.dearestOpenEnded, bound.most);
  }
}

const NOTHING: ModelEstimate = {
  rows: 0,
  bodyBytes: 0,
  maxOutputTokens: 0,
  uncapped: 0,
  samples: 0,
  openEnded: 0,
  dearestOpenEnded: 0,
  unbounded: 0,
};

function increase(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function byFrequency(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([, a], [, b]) => b - a);
}
