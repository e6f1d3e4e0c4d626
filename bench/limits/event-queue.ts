/** What happens when: a binary heap; what was put in first comes first among equals. */
export class EventQueue<Event> {
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #events: Event[] = [];
  #put = 0;

  /** The earliest moment; Infinity when nothing is to happen. */
  next(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  put(at: number, event: Event): void {
    let place = this.#times.length;
    const order = this.#put++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(at, order, parent)) break;
      this.#move(parent, place);
      place = parent;
    }
    this.#set(place, at, order, event);
  }

  take(): Event | undefined {
    const first = this.#events[0];
    const at = this.#times.pop();
    const order = this.#orders.pop();
    const last = this.#events.pop();
    if (this.#times.length > 0 && at !== undefined && order !== undefined && last !== undefined) {
      this.#sink(at, order, last);
    }
    return first;
  }

  #sink(at: number, order: number, event: Event): void {
    const count = this.#times.length;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= count) break;
      if (child + 1 < count && this.#isBefore(this.#timeAt(child + 1), this.#orders[child + 1] ?? 0, child)) {
        child += 1;
      }
      if (this.#isBefore(at, order, child)) break;
      this.#move(child, place);
      place = child;
    }
    this.#set(place, at, order, event);
  }

  #timeAt(place: number): number {
    return this.#times[place] ?? Number.POSITIVE_INFINITY;
  }

  #isBefore(at: number, order: number, place: number): boolean {
    const other = this.#timeAt(place);
    return at < other || (at === other && order < (this.#orders[place] ?? 0));
  }

  #move(from: number, to: number): void {
    const event = this.#events[from];
    if (event !== undefined) this.#set(to, this.#timeAt(from), this.#orders[from] ?? 0, event);
  }

  #set(place: number, at: number, order: number, event: Event): void {
    this.#times[place] = at;
    this.#orders[place] = order;
    this.#events[place] = event;
  }
}
