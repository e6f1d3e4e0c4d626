const NUMBER = /^\s*-?\d{1,20}(?:\.\d{1,20})?\s*$/;
/** No account may send more than this in any window; a larger figure stands for "no limit" or is a mistake. */
const MOST = 1e12;

/** A plain number, with or without a fraction; NaN for everything else ("", "1e18", "5s"). */
export function numberOf(text: string | undefined): number {
  return text !== undefined && NUMBER.test(text) ? Number(text) : Number.NaN;
}

/** A count of requests, tokens or seconds; null for −1, "" and whatever else is no count. */
export function countOf(text: string | undefined): number | null {
  const count = numberOf(text);
  return count >= 0 && count <= MOST ? count : null;
}
