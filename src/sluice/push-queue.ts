/** An async iterator that is pushed into. */
export class PushQueue<Item> implements AsyncIterator<Item> {
  readonly #items: Item[] = [];
  #waiting: ((result: IteratorResult<Item>) => void) | null = null;
  #over = false;

  push(item: Item): void {
    if (this.#waiting === null) {
      this.#items.push(item);
      return;
    }
    this.#waiting({ done: false, value: item });
    this.#waiting = null;
  }

  /** Nothing more comes after what is here. */
  end(): void {
    this.#over = true;
    this.#waiting?.({ done: true, value: undefined });
    this.#waiting = null;
  }

  async next(): Promise<IteratorResult<Item>> {
    const item = this.#items.shift();
    if (item !== undefined) return { done: false, value: item };
    if (this.#over) return { done: true, value: undefined };
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  async return(): Promise<IteratorResult<Item>> {
    this.end();
    return { done: true, value: undefined };
  }
}
