export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS };

const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;

/**
 * Reads "500ms", "30s", "5m", "1h", "1.5s" and sums such as "1m30s" as milliseconds.
 * Null for anything else, a bare number included: its unit would be a guess.
 */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim();
  if (!DURATION.test(trimmed)) return null;
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(PART)) total += Number(amount) * (UNIT_MS[unit ?? ""] ?? 0);
  return total;
}

/** Milliseconds for people, in at most two units: "850ms", "1.5s", "2m5s", "1h", "3h20m". `parseDuration` reads it back. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)}ms`;
  if (ms < MINUTE_MS) return `${Math.min(59.9, Math.round(ms / 100) / 10)}s`;
  if (ms < HOUR_MS) return pair(Math.floor(ms / SECOND_MS), 60, "m", "s");
  return pair(Math.floor(ms / MINUTE_MS), 60, "h", "m");
}

function pair(total: number, base: number, large: string, small: string): string {
  const rest = total % base;
  return `${Math.floor(total / base)}${large}${rest === 0 ? "" : `${rest}${small}`}`;
}
