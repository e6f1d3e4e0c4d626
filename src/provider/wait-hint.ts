import type { ResponseHead } from "../model/transport.ts";

/** Nobody means a wait longer than this; such a figure is a mistake and is ignored. */
const LONGEST_MS = 30 * 24 * 3_600_000;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** "1h 2m 3s", "6m0s", "5.289s", "120ms", "20 seconds": one part of it. */
const PART =
  /^\s*(\d{1,12}(?:\.\d{1,9})?)\s*(milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)(?![a-z])/i;
/** Where a body says how long: OpenAI and Groq, Azure, xAI, Gemini. */
const HINTS = [
  /(?:try|retry) again (?:in|after) /i,
  /retry (?:in|after) /i,
  /resets in:? /i,
  /"retryDelay":\s*"/i,
];

/**
 * How long a response asks to wait, in ms; null when it does not say, or says something absurd.
 * `retry-after-ms` before `retry-after` (seconds, also fractions, or an HTTP date) before the words of the body.
 */
export function readWait(head: ResponseHead, words: string, wallNow: () => number): number | null {
  return (
    plausible(numberOf(first(head.headers["retry-after-ms"]))) ??
    plausible(secondsOrDate(head, wallNow)) ??
    plausible(hintIn(words))
  );
}

function secondsOrDate(head: ResponseHead, wallNow: () => number): number {
  const value = first(head.headers["retry-after"]);
  const seconds = numberOf(value);
  if (value === undefined || !Number.isNaN(seconds)) return seconds * 1000;
  if (!/[a-z]{3}/i.test(value)) return Number.NaN;
  // The server's own clock, where it tells it: a skewed clock of ours would otherwise lengthen the wait.
  const serverNow = Date.parse(first(head.headers.date) ?? "");
  return Date.parse(value) - (Number.isNaN(serverNow) ? wallNow() : serverNow);
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

function durationAt(text: string): number {
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

function numberOf(text: string | undefined): number {
  return text !== undefined && /^\s*-?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : Number.NaN;
}

function plausible(waitMs: number): number | null {
  return waitMs >= 0 && waitMs <= LONGEST_MS ? waitMs : null;
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
