import type { NamedLimit } from "../model/ending.ts";
import type { Limit, LimitSource, ToldLimit } from "../model/limits.ts";

/** What every source says of one dimension and window. */
interface Entry {
  dimension: Limit["dimension"];
  windowMs: number;
  flag: number | null;
  published: number | null;
  header: number | null;
  named: number | null;
  /** Told, but to be believed only once a 429 speaks of this window. */
  dormant: number | null;
}

/** A told limit whose window is known. */
export type DatedLimit = ToldLimit & { windowMs: number };

/**
 * Which limits hold. A flag is the user's own bound: headers and 429 texts may lower it, nothing raises it. What a
 * header says replaces what is published: the account may be in another tier. A 429's text is what is enforced,
 * until a header says something new. What was told once holds until something else is told.
 */
export class LimitBook {
  #entries: Entry[] = [];

  /** Flags and published limits, in place of those given before. */
  give(limits: readonly Limit[]): void {
    for (const entry of this.#entries) {
      entry.flag = null;
      entry.published = null;
    }
    for (const limit of limits) {
      const entry = this.#entry(limit.dimension, limit.windowMs);
      if (limit.source === "flag") entry.flag = limit.perWindow;
      else entry.published = limit.perWindow;
    }
  }

  /** Returns true when other limits are in force than before. */
  told(told: DatedLimit): boolean {
    const entry = this.#entry(told.dimension, told.windowMs);
    if (told.dormant) {
      entry.dormant = told.limit;
      if (entry.header === null) return false;
    }
    if (entry.header === told.limit) return false;
    if (entry.header !== null) entry.named = null;
    entry.header = told.limit;
    return true;
  }

  /** A 429 named the limit it enforces. Returns true when other limits are in force than before. */
  named({ dimension, limit, windowMs }: NamedLimit): boolean {
    const entry = this.#entry(dimension, windowMs);
    const before = inForce(entry)?.perWindow ?? Number.POSITIVE_INFINITY;
    if (entry.header === null && entry.dormant !== null) entry.header = entry.dormant;
    if (limit < Math.min(before, entry.header ?? before)) entry.named = limit;
    return before !== inForce(entry)?.perWindow;
  }

  /** What headers said of this window was meant for another one. */
  withdraw(dimension: Limit["dimension"], windowMs: number): void {
    this.#entry(dimension, windowMs).header = null;
  }

  inForce(): readonly Limit[] {
    return this.#entries.map(inForce).filter((limit) => limit !== null);
  }

  #entry(dimension: Limit["dimension"], windowMs: number): Entry {
    const known = this.#entries.find((entry) => entry.dimension === dimension && entry.windowMs === windowMs);
    if (known !== undefined) return known;
    const blank = { flag: null, published: null, header: null, named: null, dormant: null };
    const entry: Entry = { dimension, windowMs, ...blank };
    this.#entries.push(entry);
    return entry;
  }
}

function inForce({ dimension, windowMs, flag, published, header, named }: Entry): Limit | null {
  const base: [number | null, LimitSource] = header === null ? [published, "published"] : [header, "header"];
  const claims: [number | null, LimitSource][] = [[flag, "flag"], base, [named, "429"]];
  let lowest: Limit | null = null;
  for (const [perWindow, source] of claims) {
    if (perWindow !== null && (lowest === null || perWindow < lowest.perWindow)) {
      lowest = { dimension, windowMs, perWindow, source };
    }
  }
  return lowest;
}
