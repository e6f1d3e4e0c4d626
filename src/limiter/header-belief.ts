/** What a response told of what remains, and what the lane knew when its request was sent. */
export interface RemainingSeen {
  sequence: number;
  remaining: number;
  /** How old the request is whose response this is. */
  ageMs: number;
  /** Sent after it, in the limit's unit. */
  sentSince: number;
}

interface Context {
  /** What this lane sent within the window that ends now. */
  ownInWindow: number;
  limit: number;
  ratePerMs: number;
}

/** A level that was told for an older request says nothing about now. */
const STALE_MS = 10_000;
/** The most that was ever left is forgotten this slowly, per response. */
const FORGET = 0.9995;
/**
 * Kept in reserve against others: what is sent before the next news arrives. More would be wasted where a window
 * counts, and a bucket may hold little: so at most this share of the most that was ever left.
 */
const NEWS = 2;
const LARGEST_CUSHION = 0.4;
/** Sooner than evenly only while so much of the most that was ever left is there: a bucket may refill slowly. */
const PLENTY = 0.5;
/** With nothing left so much of what others leave is still sent: to stop would only hand it to them. */
const DAMPED = 0.7;
/** How fast the mean age of news follows. */
const NEWS_GAIN = 0.1;
/** Never slower: the next news comes only with a response. */
const SLOWEST_SHARE = 0.1;
/** Turned away where others use the limit too. */
const CUT = 0.7;
/** Others are seen when what is left and what we used miss the limit by more than this share of it. */
const OTHERS_SHARE = 0.05;
/**
 * What is told is as old as a response, and others hear it too: to follow it at once would swing. Down fast, up
 * slowly, until little was left for the last time so long ago that whoever it was seems to have gone.
 */
const DOWN_MS = 1500;
const UP_MS = 15_000;
const GONE_MS = 20_000;
const UP_AGAIN_MS = 10_000;

/**
 * Headers calibrate, they do not command. A low level is no reason to slow down by itself: a sliding window that
 * is used well reads nearly zero all the time. It is one where our own use does not explain it: then somebody
 * else uses the limit too, or the limit is not what it is said to be.
 */
export class HeaderBelief {
  #newest = -1;
  #mostSeen = 0;
  #level: number | null = null;
  /** Sent at an even pace before the next news arrives. */
  #reserve = 1;
  #cushion = 1;
  #newsMs = 0;
  #isOwnUse = true;
  /** What is left and what we used make up the limit: a window is counted, and nobody else is in it. */
  #isCounted = false;
  /** What remains was once explained by our own use: since then the rest is what others use. */
  #hasBeenExplained = false;
  /** Of the limit, what others leave. */
  #fairShare = 1;
  #at = Number.NEGATIVE_INFINITY;
  #share = 1;
  #sharedAt = 0;
  #lowAt = Number.NEGATIVE_INFINITY;

  told(now: number, seen: RemainingSeen & Context): void {
    if (seen.sequence < this.#newest) return;
    this.#newest = seen.sequence;
    this.#mostSeen = Math.max(FORGET * this.#mostSeen, seen.remaining);
    this.#at = now;
    if (seen.ageMs > STALE_MS) {
      this.#level = null;
      return;
    }
    this.#newsMs += (seen.ageMs - this.#newsMs) * NEWS_GAIN;
    this.#reserve = NEWS * (this.#newsMs + 1000) * seen.ratePerMs;
    this.#cushion = Math.max(1, Math.min(LARGEST_CUSHION * this.#mostSeen, this.#reserve));
    this.#level = seen.remaining - Math.max(0, seen.sentSince - seen.ageMs * seen.ratePerMs);
    const explained = (seen.remaining + seen.ownInWindow) / seen.limit;
    this.#isOwnUse = explained > 1 - OTHERS_SHARE;
    this.#hasBeenExplained ||= this.#isOwnUse;
    this.#fairShare = this.#hasBeenExplained ? Math.min(1, explained) : 1;
    this.#isCounted = this.#isOwnUse && explained < 1 + OTHERS_SHARE;
  }

  /** The limit is another one: what was used under the old one explains nothing. */
  limitChanged(): void {
    this.#hasBeenExplained = false;
    this.#fairShare = 1;
  }

  /** Turned away: where our own use does not explain it the pace was too fast. */
  rejected(): void {
    if (!this.#isOwnUse) this.#share = Math.max(SLOWEST_SHARE, CUT * Math.min(1, this.#share));
  }

  /** The pace as a share of an even one, from 0.1 to `fastest` (≥ 1). */
  paceShare(now: number, fastest: number): number {
    const target = this.#target(now, fastest);
    if (target >= 1 && this.#share >= 1) this.#share = target;
    else {
      if (target < 1) this.#lowAt = now;
      const upMs = now - this.#lowAt < GONE_MS ? UP_MS : UP_AGAIN_MS;
      const elapsed = now - this.#sharedAt;
      this.#share += (target - this.#share) * Math.min(1, elapsed / (target < this.#share ? DOWN_MS : upMs));
    }
    this.#sharedAt = now;
    return this.#share;
  }

  #target(now: number, fastest: number): number {
    if (this.#level === null || this.#mostSeen === 0 || now - this.#at > STALE_MS) return fastest;
    const isMuch = this.#level > PLENTY * this.#mostSeen;
    const isEnough = this.#level >= this.#cushion;
    if (isEnough && (isMuch || this.#isCounted))
      return Math.min(fastest, Math.max(1, this.#level / this.#reserve));
    if (this.#isOwnUse) return 1;
    if (isEnough) return this.#fairShare;
    const left = Math.max(0, this.#level / this.#cushion);
    const damped = this.#hasBeenExplained ? DAMPED + (1 - DAMPED) * left : left;
    return Math.max(SLOWEST_SHARE, this.#fairShare * damped);
  }
}
