import { answerWithEcho, type Received, type Respond } from "./fake-provider.ts";

/** A way to answer that keeps every request waiting until it is let go. */
export class HeldRequests {
  readonly #held: Parameters<Respond>[] = [];
  #open = false;

  readonly hold: Respond = (request, response) => {
    if (this.#open) answerWithEcho(request, response);
    else this.#held.push([request, response]);
  };

  /** Answers what was held, and everything that comes from now on. */
  release(): void {
    this.#open = true;
    for (const [request, response] of this.#held.splice(0)) answerWithEcho(request, response);
  }

  get waiting(): readonly Received[] {
    return this.#held.map(([request]) => request);
  }
}
