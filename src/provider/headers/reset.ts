import type { ResponseHead } from "../../model/transport.ts";
import { durationAt, plausible } from "../durations.ts";
import { numberOf } from "../figures.ts";
import { serverNow } from "../header-values.ts";

/** A number from here on is a moment, not a wait: seconds since 1970, and from EPOCH_MS on milliseconds. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MS = 1e11;
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d/;
/** How long ago a moment may be to mean "now": the Date header counts whole seconds and clocks differ. */
const JUST_PAST_MS = 60_000;

/**
 * How long until the moment a reset header names, in ms; null when it says nothing, or something absurd. The forms
 * cannot be mistaken for each other: a duration, seconds, a moment since 1970, or an RFC 3339 one.
 */
export function untilReset(
  text: string | undefined,
  head: ResponseHead,
  wallNow: () => number,
): number | null {
  if (text === undefined) return null;
  const number = numberOf(text);
  if (number < EPOCH_SECONDS) return plausible(number * 1000);
  if (!Number.isNaN(number)) return until(number < EPOCH_MS ? number * 1000 : number, head, wallNow);
  if (RFC_3339.test(text)) return until(Date.parse(text), head, wallNow);
  return plausible(durationAt(text));
}

function until(moment: number, head: ResponseHead, wallNow: () => number): number | null {
  const waitMs = moment - serverNow(head, wallNow);
  return plausible(waitMs < 0 && waitMs >= -JUST_PAST_MS ? 0 : waitMs);
}
