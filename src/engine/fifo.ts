/** Taken-out items are kept in the array up to this many before it is cut. */
const CUT_AT = 256;

/** First in, first out, in constant time; an array's own `shift` walks through all that is left. */
export class Fifo<Item> {
  #items: Item[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  peek(): Item | undefined {
    return this.#items[this.#head];
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head += 1;
    if (this.#head >= CUT_AT && this.#head * 2 >= this.#items.length) this.#cut();
    return item;
  }

  /** Takes out everything. */
  takeAll(): Item[] {
    this.#cut();
    return this.#items.splice(0);
  }

  #cut(): void {
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }
}
