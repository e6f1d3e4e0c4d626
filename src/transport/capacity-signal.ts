/** Tells listeners that capacity may have grown: once per turn of the event loop, however often it is raised. */
export class CapacitySignal {
  readonly #listeners = new Set<() => void>();
  #scheduled = false;

  subscribe(listener: () => void): () => void {
    const entry = () => listener();
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  raise(): void {
    if (this.#scheduled || this.#listeners.size === 0) return;
    this.#scheduled = true;
    setImmediate(this.#tell);
  }

  readonly #tell = (): void => {
    this.#scheduled = false;
    for (const listener of this.#listeners) {
      tell(listener);
    }
  };
}

/** Calls a listener whose own fault is not ours. */
export function tell(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    rethrowLater(error);
  }
}

/** A listener's own fault must not stop the others, nor be swallowed: it surfaces as an uncaught exception. */
export function rethrowLater(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
