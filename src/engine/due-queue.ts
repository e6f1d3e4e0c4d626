interface Entry<Item> {
  at: number;
  item: Item;
}

/** Items that wait for their time: a binary heap, because a burst of failures puts ten thousands here at once. */
export class DueQueue<Item> {
  readonly #heap: Entry<Item>[] = [];

  get length(): number {
    return this.#heap.length;
  }

  /** When the first is due; Infinity when nothing waits. */
  next(): number {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  put(item: Item, at: number): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push({ at, item });
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (this.#at(above) <= at) return;
      this.#swap(place, above);
      place = above;
    }
  }

  /** Takes out the first item that is due, or undefined. */
  takeDue(now: number): Item | undefined {
    const heap = this.#heap;
    const [first] = heap;
    if (first === undefined || first.at > now) return undefined;
    const last = heap.pop();
    if (last !== undefined && last !== first) {
      heap[0] = last;
      this.#sink();
    }
    return first.item;
  }

  /** Takes out everything, due or not. */
  takeAll(): Item[] {
    return this.#heap.splice(0).map(({ item }) => item);
  }

  #sink(): void {
    for (let place = 0; ; ) {
      let earliest = place;
      for (const below of [2 * place + 1, 2 * place + 2]) {
        if (this.#at(below) < this.#at(earliest)) earliest = below;
      }
      if (earliest === place) return;
      this.#swap(place, earliest);
      place = earliest;
    }
  }

  #at(place: number): number {
    return this.#heap[place]?.at ?? Number.POSITIVE_INFINITY;
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return;
    this.#heap[one] = b;
    this.#heap[other] = a;
  }
}
