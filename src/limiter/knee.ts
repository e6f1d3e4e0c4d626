import type { Feedback } from "../model/limiter.ts";

/** An answer of n tokens takes about so long without a queue: a scale to compare answers of different lengths. */
const FIRST_TOKEN_MS = 300;
const PER_TOKEN_MS = 10;
/** Answers that are looked at together: a few at first, because a start overshoots fast, later a quarter of all seen. */
const FEWEST = 16;
const MOST = 128;
/** Answers take so many times longer than they did: look whether fewer in flight would do. */
const SLOWER = 1.6;
/** Room beside what the same throughput would hold in flight without a queue. */
const ROOM = 1.25;
/** Growth per look where it may go on. */
const GROWTH = 1.1;

type State =
  | { is: "free" }
  /** Fewer are to be in flight, to see whether answers come sooner; only those sent then tell. */
  | { is: "trying"; before: number }
  | { is: "bounded" };

/**
 * Finds the number in flight beyond which a provider only queues. Latency alone proves nothing: it may be the
 * provider's own trouble. So where answers get slower than they were, fewer are tried: as many as the same
 * throughput would hold without a queue. If answers come as soon as they did, the queue was ours and the number
 * stays; if not, it was not, and as many as before are sent.
 */
export class Knee {
  #state: State = { is: "free" };
  #most = Number.POSITIVE_INFINITY;
  #best = Number.POSITIVE_INFINITY;
  #newest = 0;
  /** The first that was sent under the present bound; null while more are in flight. */
  #from: number | null = 0;
  #since: number | null = null;
  #latency = 0;
  #scale = 0;
  #count = 0;
  #answers = 0;

  /** Infinity while nothing speaks for a bound. */
  get most(): number {
    return this.#most;
  }

  sent(sequence: number): void {
    this.#newest = sequence;
  }

  answered(now: number, sequence: number, inFlight: number, feedback: Feedback): void {
    if (this.#from === null && inFlight <= this.#most + 1) this.#from = this.#newest;
    if (this.#from === null || sequence < this.#from) return;
    this.#since ??= now;
    this.#latency += feedback.latencyMs;
    this.#scale += FIRST_TOKEN_MS + PER_TOKEN_MS * (feedback.outputTokens ?? 0);
    this.#count += 1;
    this.#answers += 1;
    if (this.#count < Math.min(MOST, Math.max(FEWEST, this.#answers / 4)) || now <= this.#since) return;
    this.#look(inFlight, now - this.#since);
    this.#latency = 0;
    this.#scale = 0;
    this.#count = 0;
    this.#since = null;
  }

  #look(inFlight: number, elapsed: number): void {
    const state = this.#state;
    const slowness = this.#latency / this.#scale;
    const isSlower = slowness > SLOWER * this.#best;
    if (state.is === "trying") {
      if (isSlower) {
        this.#best = slowness;
        this.#most = state.before;
      }
      this.#state = { is: "bounded" };
    } else if (isSlower) {
      // By Little's law: as many as are answered in the time that they take without a queue.
      this.#most = Math.max(1, (ROOM * this.#scale * this.#best) / elapsed);
      this.#state = { is: "trying", before: inFlight };
      this.#from = null;
    } else {
      this.#best = Math.min(this.#best, slowness);
      if (state.is === "bounded" && inFlight > 0.9 * this.#most) this.#most *= GROWTH;
    }
  }
}
