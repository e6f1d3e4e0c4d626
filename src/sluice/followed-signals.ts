interface Listening {
  acts: Set<(reason: unknown) => void>;
  /** The signal's only listener of ours. */
  onAbort: () => void;
}

/**
 * Follows the signals of calls with one listener for each signal: thousands of calls may share one, and to add or take
 * away a listener takes a signal as many steps as it has listeners.
 */
export class FollowedSignals {
  readonly #listening = new Map<AbortSignal, Listening>();

  /** Calls `act` with the reason when the signal is aborted; returns what ends it. */
  follow(signal: AbortSignal, act: (reason: unknown) => void): () => void {
    const { acts, onAbort } = this.#listening.get(signal) ?? this.#listen(signal);
    acts.add(act);
    return () => {
      acts.delete(act);
      if (acts.size > 0 || this.#listening.get(signal)?.acts !== acts) return;
      this.#listening.delete(signal);
      signal.removeEventListener("abort", onAbort);
    };
  }

  #listen(signal: AbortSignal): Listening {
    const acts = new Set<(reason: unknown) => void>();
    const onAbort = () => {
      this.#listening.delete(signal);
      for (const act of acts) act(signal.reason);
    };
    const listening = { acts, onAbort };
    this.#listening.set(signal, listening);
    signal.addEventListener("abort", onAbort, { once: true });
    return listening;
  }
}
