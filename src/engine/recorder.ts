import type { Clock } from "../model/clock.ts";
import type { AttemptRecord, Intent, RunBook } from "../model/ledger.ts";
import type { OutcomeError } from "../model/outcome.ts";

/** Called when something is durable: all that became so together is told the same time. */
type Durable = (now: number) => void;

/** Items for one call, and who is told. Apart, so that the items are not held until they are durable. */
class Gathered<Item> {
  readonly items: Item[] = [];
  readonly durables: Durable[] = [];

  add(item: Item, durable: Durable): void {
    this.items.push(item);
    this.durables.push(durable);
  }
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
  #records = new Gathered<AttemptRecord>();
  #skips = new Gathered<Skip>();
  #intents = new Gathered<Intent>();
  #scheduled = false;
  #open = 0;
  #idle: (() => void) | null = null;

  constructor(ledger: RunBook, clock: Clock, failed: (error: unknown) => void) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#failed = failed;
  }

  settle(item: AttemptRecord, durable: Durable): void {
    this.#records.add(item, durable);
    this.#schedule();
  }

  skip(item: Skip, durable: Durable): void {
    this.#skips.add(item, durable);
    this.#schedule();
  }

  intend(item: Intent, durable: Durable): void {
    this.#intents.add(item, durable);
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
    this.#records = new Gathered();
    this.#skips = new Gathered();
    this.#intents = new Gathered();
    this.#write(records, async (items) => this.#ledger.settle(items));
    this.#write(skips, async (items) => this.#ledger.skip(items));
    this.#write(intents, async (items) => this.#ledger.intend(items));
  }

  #write<Item>({ items, durables }: Gathered<Item>, write: (items: Item[]) => Promise<void>): void {
    if (items.length > 0) this.#tell(write(items), durables);
  }

  async #tell(written: Promise<void>, durables: Durable[]): Promise<void> {
    this.#open += 1;
    try {
      await written;
      const now = this.#clock.now();
      for (const durable of durables) durable(now);
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
