import { toldBy } from "./told.ts";
import { plainMinute } from "./window.ts";

/** OpenAI's names from a host that nobody knows. Groq counts a day's requests under them: the figures decide. */
export const unknownHeaders = toldBy(
  { names: "x-ratelimit-*-requests", dimension: "requests", window: plainMinute },
  { names: "x-ratelimit-*-tokens", dimension: "tokens", window: plainMinute },
);
