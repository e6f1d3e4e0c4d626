/** What was written within the last window. A charge is reserved when it is handed out, dated when it is written. */
export interface SendHistory {
  /**
   * Milliseconds until `amount` more fits into every window that contains now. A place is kept `guardMs` longer
   * than the window, because requests do not arrive as evenly as they were sent.
   */
  wait(now: number, amount: number, guardMs: number): number;
  /** Handed to the transport, not yet on the wire: inside every window until it is dated or released. */
  reserve(amount: number): void;
  /** It reached the wire at `now`. */
  write(now: number, amount: number): void;
  /** It never reached the wire. */
  release(amount: number): void;
  /** What was written at `writtenAt` turned out to weigh `delta` more (or less, when negative). */
  correct(now: number, writtenAt: number, delta: number): void;
  /** From now on this many per window. What was sent counts on, by this share of it. */
  resize(limit: number, share: number): void;
  /** What counts within the window that ends now. */
  used(now: number): number;
}

/** How soon to look again when the window is full of what has not reached the wire yet. */
export const UNWRITTEN_RECHECK_MS = 5;
