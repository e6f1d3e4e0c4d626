import type { AttemptRecord, Intent, Ledger } from "../model/ledger.ts";

interface Waiting<Item> {
  item: Item;
  durable: () => void;
}

/**
 * Gathers what happens within one turn of the loop into one call of the ledger each for intents and
 * records, in the order in which they happened: a row's record is written before its next intent.
 */
export class Recorder {
  readonly #ledger: Ledger;
  readonly #failed: (error: unknown) => void;
  #intents: Waiting<Intent>[] = [];
  #records: Waiting<AttemptRecord>[] = [];
  #scheduled = false;
  #open = 0;
  #idle: (() => void) | null = null;

  constructor(ledger: Ledger, failed: (error: unknown) => void) {
    this.#ledger = ledger;
    this.#failed = failed;
  }

  intend(item: Intent, durable: () => void): void {
    this.#intents.push({ item, durable });
    this.#schedule();
  }

  settle(item: AttemptRecord, durable: () => void): void {
    this.#records.push({ item, durable });
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
    const records = this.#records;
    const intents = this.#intents;
    this.#records = [];
    this.#intents = [];
    if (records.length > 0) this.#write(records, (items) => this.#ledger.settle(items));
    if (intents.length > 0) this.#write(intents, (items) => this.#ledger.intend(items));
  }

  #write<Item>(waiting: Waiting<Item>[], write: (items: Item[]) => Promise<void>): void {
    this.#open += 1;
    write(waiting.map(({ item }) => item)).then(
      () => {
        for (const { durable } of waiting) durable();
        this.#closed();
      },
      (error: unknown) => {
        this.#failed(error);
        this.#closed();
      },
    );
  }

  #closed(): void {
    this.#open -= 1;
    if (this.#open === 0 && !this.#scheduled) {
      this.#idle?.();
      this.#idle = null;
    }
  }
}
