const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

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
  if (ms < 60_000) return `${Math.min(59.9, Math.round(ms / 100) / 10)}s`;
  if (ms < 3_600_000) return pair(Math.floor(ms / 1000), 60, "m", "s");
  return pair(Math.floor(ms / 60_000), 60, "h", "m");
}

function pair(total: number, base: number, large: string, small: string): string {
  const rest = total % base;
  return `${Math.floor(total / base)}${large}${rest === 0 ? "" : `${rest}${small}`}`;
}
