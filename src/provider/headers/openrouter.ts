import { toldBy } from "./told.ts";
import { plainMinute } from "./window.ts";

/** OpenRouter, on its own 429s: per minute or per day under one name, the reset as a moment in epoch milliseconds. */
export const openrouterHeaders = toldBy({
  names: "x-ratelimit-*",
  dimension: "requests",
  window: plainMinute,
});
