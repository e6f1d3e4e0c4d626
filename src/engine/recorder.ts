import type { Clock } from "../model/clock.ts";
import type { AttemptRecord, Intent, RunBook } from "../model/ledger.ts";
import type { OutcomeError } from "../model/outcome.ts";

/** Called when something is durable: all that became so together is told the same time. */
type Durable = (now: number) => void;

interface Waiting<Item> {
  item: Item;
  durable: Durable;
}

/** A row that is not sent, and why. */
export interface Skip {
  index: number;
  error: OutcomeError;
}

/**
 * Gathers what happens within one turn of the loop into one call of the ledger each for records, skips and intents,
 * in the order in which they happened to a row: its record is written before it is skipped or intended again.
 */
export class Recorder {
  readonly #ledger: RunBook;
  readonly #clock: Clock;
  readonly #failed: (error: unknown) => void;
  #records: Waiting<AttemptRecord>[] = [];
  #skips: Waiting<Skip>[] = [];
  #intents: Waiting<Intent>[] = [];
  #scheduled = false;
  #open = 0;
  #idle: (() => void) | null = null;

  constructor(ledger: RunBook, clock: Clock, failed: (error: unknown) => void) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#failed = failed;
  }

  settle(item: AttemptRecord, durable: Durable): void {
    this.#records.push({ item, durable });
    this.#schedule();
  }

  skip(item: Skip, durable: Durable): void {
    this.#skips.push({ item, durable });
    this.#schedule();
  }

  intend(item: Intent, durable: Durable): void {
    this.#intents.push({ item, durable });
    this.#schedule();
  }

  /** Resolves when everything recorded so far is durable. */
  idle(): Promise<void> {
    if (this.#open === 0 && !this.#scheduled) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle = resolve;
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    const [records, skips, intents] = [this.#records, this.#skips, this.#intents];
    this.#records = [];
    this.#skips = [];
    this.#intents = [];
    if (records.length > 0) this.#write(records, (items) => this.#ledger.settle(items));
    if (skips.length > 0) this.#write(skips, (items) => this.#ledger.skip(items));
    if (intents.length > 0) this.#write(intents, (items) => this.#ledger.intend(items));
  }

  async #write<Item>(waiting: Waiting<Item>[], write: (items: Item[]) => Promise<void>): Promise<void> {
    this.#open += 1;
    try {
      await write(waiting.map(({ item }) => item));
      const now = this.#clock.now();
      for (const { durable } of waiting) durable(now);
    } catch (error) {
      this.#failed(error);
    }
    this.#closed();
  }

  #closed(): void {
    this.#open -= 1;
    if (this.#open > 0 || this.#scheduled) return;
    this.#idle?.();
    this.#idle = null;
  }
}
