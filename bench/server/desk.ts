import { HELD_MARK } from "../requests-file.ts";

/** How requests are answered until told otherwise. */
export interface Manner {
  /** Every answer waits so long. */
  delayMs: number;
  /** The row marked as held is answered once so many others were; 0 = no row is held. */
  holdUntil: number;
  /** Length of an answer's body. */
  answerBytes: number;
}

export interface DeskFigures {
  received: number;
  answered: number;
  /** The most requests that were here and not answered at one time. */
  mostInFlight: number;
  /** Wall-clock time of the last answer. */
  lastAnswerAt: number;
  /** CPU of the server since the manner was set, and the time that went by from the first request to the last answer. */
  cpuMs: number;
  spanMs: number;
}

/** Where requests of either protocol come in: decides when each is answered, and counts. */
export class Desk {
  manner: Manner = { delayMs: 0, holdUntil: 0, answerBytes: 1200 };
  #received = 0;
  #answered = 0;
  #mostInFlight = 0;
  #firstAt = 0;
  #lastAt = 0;
  #cpu = process.cpuUsage();
  #held: (() => void) | null = null;

  /** A new measurement begins. */
  set(manner: Manner): void {
    this.manner = manner;
    this.#received = 0;
    this.#answered = 0;
    this.#mostInFlight = 0;
    this.#held = null;
    this.#cpu = process.cpuUsage();
  }

  receive(body: Buffer, answer: () => void): void {
    if (this.#received === 0) this.#firstAt = Date.now();
    this.#received += 1;
    this.#mostInFlight = Math.max(this.#mostInFlight, this.#received - this.#answered);
    const { delayMs, holdUntil } = this.manner;
    if (holdUntil > this.#answered && body.includes(HELD_MARK)) this.#held = answer;
    else if (delayMs > 0) setTimeout(() => this.#answer(answer), delayMs);
    else this.#answer(answer);
  }

  figures(): DeskFigures {
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      received: this.#received,
      answered: this.#answered,
      mostInFlight: this.#mostInFlight,
      lastAnswerAt: this.#lastAt,
      cpuMs: (user + system) / 1000,
      spanMs: this.#lastAt - this.#firstAt,
    };
  }

  #answer(answer: () => void): void {
    this.#answered += 1;
    this.#lastAt = Date.now();
    answer();
    if (this.#held === null || this.#answered < this.manner.holdUntil) return;
    const held = this.#held;
    this.#held = null;
    this.#answer(held);
  }
}
