import type { Outcome } from "./answer.ts";

/** Base of the few errors Sluice throws; expected endings are values, not errors. */
export class SluiceError extends Error {
  override name = "SluiceError";
}

/** Something the user must change before anything can be sent: a flag, a file, a template. Exit 2. */
export class UsageError extends SluiceError {
  override name = "UsageError";
}

/**
 * Why a run ended before every row had its outcome.
 *
 * account  the provider answers nothing more: key, credits, model or address, or it was out of reach for long
 * budget   the next request could have passed the budget
 * signal   somebody stopped it: a signal, an abort, a drain
 */
export type StopReason = "account" | "budget" | "signal";

/** A run stopped by the provider, the budget or a signal. */
export class RunStoppedError<Row = unknown> extends SluiceError {
  override name = "RunStoppedError";
  readonly reason: StopReason;
  // Private, so that an error nobody catches prints its sentence and not a million outcomes.
  readonly #outcomes: readonly Outcome<Row>[];
  constructor(reason: StopReason, message: string, outcomes: readonly Outcome<Row>[], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.#outcomes = outcomes;
  }

  /**
   * From `processRequests` and `send`: one outcome per request, in order. From `run`: one for every row that was
   * read and not handed over.
   */
  get outcomes(): readonly Outcome<Row>[] {
    return this.#outcomes;
  }
}
