/** How much a window allows, which a disturbance may change while the window runs. */
export abstract class ChangingLimit {
  readonly #perWindow: number;
  #factor = 1;

  constructor(perWindow: number) {
    this.#perWindow = perWindow;
  }

  scale(_now: number, factor: number): void {
    this.#factor = factor;
  }

  limit(): number {
    return this.#perWindow * this.#factor;
  }
}
