/** As long as a provider's sentence may get in messages and reports. Characters. */
export const LONGEST_MESSAGE = 500;

/** What looks like a key, with whatever masks its middle: `xai-…`, `sk-…`, `gsk_…`, a bearer token. */
const KEYS = [
  /\bbearer\s+[^\s"',;]+/gi,
  /\b(?:xai|sk|pk|rk|gsk|hf|key|csk|nvapi)[-_][A-Za-z0-9_*.…-]{6,}/g,
  /\bAIza[A-Za-z0-9_-]{10,}/g,
  /\bxa\*+[A-Za-z0-9]*/g,
];
/** Control characters, and those that turn the direction of a line or break it. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;

/** One line for a person: no control characters, nothing that looks like a key, at most 500 characters. */
export function oneLine(text: string): string {
  const line = KEYS.reduce((rest, key) => rest.replace(key, "[key]"), text.slice(0, LONGEST_MESSAGE * 4))
    .replace(UNPRINTABLE, " ")
    .replace(/ {2,}/g, " ")
    .trim();
  const short = line.length <= LONGEST_MESSAGE ? line : `${line.slice(0, LONGEST_MESSAGE - 1)}…`;
  return short.toWellFormed();
}
