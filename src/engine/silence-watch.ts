import type { Attempt } from "./attempt.ts";

/** How long a provider may send not one byte; Infinity = for as long as the attempt may take. */
export interface SilenceLimits {
  /** Before the body: the provider may be thinking. */
  beforeBodyMs: number;
  /** Once the body has begun, or was announced with its length. */
  inBodyMs: number;
}

/**
 * Finds the attempts that the provider has fallen silent over. Only looked at when the earliest of them may be due: no
 * timer, no queue, and nothing per chunk but a time written down.
 */
export class SilenceWatch {
  readonly #limits: SilenceLimits;
  readonly #shortestMs: number;
  #nextLook = Number.POSITIVE_INFINITY;

  constructor(limits: SilenceLimits) {
    this.#limits = limits;
    this.#shortestMs = Math.min(limits.beforeBodyMs, limits.inBodyMs);
  }

  /** An attempt starts; nobody is silent for too long before this one could be. */
  started(now: number): void {
    this.#nextLook = Math.min(this.#nextLook, now + this.#shortestMs);
  }

  /** When to look next; Infinity when there is nothing to look at. */
  next(): number {
    return this.#nextLook;
  }

  /** Those that were silent for too long, each with its limit. */
  look(attempts: ReadonlySet<Attempt>, now: number): { attempt: Attempt; limitMs: number }[] {
    if (now < this.#nextLook) return [];
    this.#nextLook = attempts.size === 0 ? Number.POSITIVE_INFINITY : now + this.#shortestMs;
    const silent: { attempt: Attempt; limitMs: number }[] = [];
    for (const attempt of attempts) {
      if (attempt.overdue !== null || !attempt.written || attempt.handle?.isHeldUp?.()) continue;
      const limitMs = attempt.inBody ? this.#limits.inBodyMs : this.#limits.beforeBodyMs;
      const due = attempt.heardAt + limitMs;
      if (due <= now) silent.push({ attempt, limitMs });
      else this.#nextLook = Math.min(this.#nextLook, due);
    }
    return silent;
  }
}
