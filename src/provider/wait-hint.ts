import type { ToldLimit } from "../model/limits.ts";
import type { ResponseHead } from "../model/transport.ts";
import { durationAt, plausible } from "./durations.ts";
import { numberOf } from "./figures.ts";
import { headerOf, serverNow } from "./header-values.ts";
import { untilReset } from "./headers/reset.ts";

/** Where a body says how long: OpenAI and Groq, Azure, xAI, GitHub Models, Gemini. */
const HINTS = [
  /(?:try|retry) again (?:in|after) /i,
  /retry (?:in|after) /i,
  /resets in:? /i,
  /please wait /i,
  /"retryDelay":\s*"/i,
];
/** OpenRouter repeats its headers in the error's metadata. */
const REPEATED_RESET = /"x-ratelimit-reset":\s*"?(\d{1,15})\b/i;

/**
 * How long a response asks to wait, in ms; null when it does not say, or says something absurd.
 * `retry-after-ms` before `retry-after` (seconds, also fractions, or an HTTP date) before the reset of the limit
 * that is used up before the words of the body.
 */
export function readWait(
  head: ResponseHead,
  told: readonly ToldLimit[],
  words: string,
  wallNow: () => number,
): number | null {
  return (
    plausible(numberOf(headerOf(head, "retry-after-ms"))) ??
    plausible(secondsOrDate(head, wallNow)) ??
    resetOfUsedUp(told) ??
    plausible(hintIn(words)) ??
    untilReset(REPEATED_RESET.exec(words)?.[1], head, wallNow)
  );
}

function secondsOrDate(head: ResponseHead, wallNow: () => number): number {
  const value = headerOf(head, "retry-after");
  const seconds = numberOf(value);
  if (value === undefined || !Number.isNaN(seconds)) return seconds * 1000;
  if (!/[a-z]{3}/i.test(value)) return Number.NaN;
  return Date.parse(value) - serverNow(head, wallNow);
}

/** The longest, where several are used up: none of them lets a request pass before. */
function resetOfUsedUp(told: readonly ToldLimit[]): number | null {
  const resets = told.flatMap(({ remaining, resetMs }) => (remaining === 0 && resetMs ? [resetMs] : []));
  return resets.length === 0 ? null : Math.max(...resets);
}

function hintIn(words: string): number {
  for (const hint of HINTS) {
    const found = hint.exec(words);
    if (found === null) continue;
    const duration = durationAt(words.slice(found.index + found[0].length));
    if (!Number.isNaN(duration)) return duration;
  }
  return Number.NaN;
}
