import type { ResponseHead } from "../model/transport.ts";

/** The value of a header; undefined where it is absent, or repeated with values that differ. */
export function headerOf(head: ResponseHead, name: string): string | undefined {
  const value = head.headers[name];
  if (!Array.isArray(value)) return value;
  return value.every((one) => one === value[0]) ? value[0] : undefined;
}

/** The server's own clock, where it tells it: a skewed clock of ours would otherwise lengthen a wait. */
export function serverNow(head: ResponseHead, wallNow: () => number): number {
  const date = Date.parse(headerOf(head, "date") ?? "");
  return Number.isNaN(date) ? wallNow() : date;
}
