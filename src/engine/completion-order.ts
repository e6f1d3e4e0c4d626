import type { SettledRow } from "../model/outcome.ts";
import { BATCH_BYTES, BATCH_ROWS, type DeliveryParts, SingleFlight } from "./delivery.ts";

/**
 * Delivered rows remembered one by one, because some before them are not. A feed that lets rows wait behind a slow
 * one reads no further ahead than this; where more come the plan lies still, and nobody asks how far it is.
 */
const MOST_AHEAD = 131_072;

/** The ledger's own order of settling, read in pages, so that a rerun goes on where this one ended. */
export class CompletionOrder extends SingleFlight {
  #sequence = 0;
  /** Every row below this index was delivered; those above it that were, too, are remembered one by one. */
  #low = 0;
  readonly #ahead = new Set<number>();
  /** Rows that an earlier run delivered: passed over. */
  #toSkip: number;

  /** `delivered` = how many rows of this order were delivered before. */
  constructor(parts: DeliveryParts, delivered: number) {
    super(parts);
    this.#toSkip = delivered;
  }

  override settled(): void {
    this.count();
    this.wake();
  }

  /** A blank line has no place in the order of completion: nothing is delivered for it. */
  override stored(index: number, isBlank: boolean): void {
    if (!isBlank) {
      this.wake();
      return;
    }
    this.#passed(index);
    this.parts.delivered(this.#low);
  }

  protected override position(): number {
    return this.#low;
  }

  protected override async batch(): Promise<readonly SettledRow[]> {
    for (;;) {
      const page = await this.parts.ledger.readSettled(this.#sequence, BATCH_ROWS, BATCH_BYTES);
      this.#sequence = page.sequence;
      const skipped = Math.min(this.#toSkip, page.rows.length);
      this.#toSkip -= skipped;
      for (const { index } of page.rows) this.#passed(index);
      if (skipped < page.rows.length || page.rows.length === 0) return page.rows.slice(skipped);
    }
  }

  #passed(index: number): void {
    if (index > this.#low) {
      if (this.#ahead.size < MOST_AHEAD) this.#ahead.add(index);
      return;
    }
    if (index < this.#low) return;
    this.#low += 1;
    while (this.#ahead.delete(this.#low)) this.#low += 1;
  }
}
