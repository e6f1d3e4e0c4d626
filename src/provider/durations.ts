import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../model/duration.ts";

/** Nobody means a wait longer than this; such a figure is a mistake and is ignored. */
const LONGEST_MS = 30 * DAY_MS;

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
};
/** "1h 2m 3s", "6m0s", "5.289s", "120ms", "20 seconds": one part of it. */
const PART =
  /^\s*(\d{1,12}(?:\.\d{1,12})?)\s*(milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)(?![a-z])/i;

/** The duration a text begins with, in ms; NaN where it begins with none. */
export function durationAt(text: string): number {
  let rest = text;
  let sum = Number.NaN;
  for (let part = PART.exec(rest); part !== null; part = PART.exec(rest)) {
    const unit = (part[2] ?? "").toLowerCase();
    const unitMs =
      UNIT_MS[unit.startsWith("mil") ? "ms" : unit === "ms" ? unit : unit.charAt(0)] ?? Number.NaN;
    sum = (Number.isNaN(sum) ? 0 : sum) + Number(part[1]) * unitMs;
    rest = rest.slice(part[0].length);
  }
  return sum;
}

/** Null for what nobody would wait for: NaN, a time in the past, more than 30 days. */
export function plausible(waitMs: number): number | null {
  return waitMs >= 0 && waitMs <= LONGEST_MS ? waitMs : null;
}
