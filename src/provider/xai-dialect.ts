import { AT_CAPACITY, MODEL_IS_GONE, PER_DAY, SPENDING_LIMIT } from "./common-words.ts";
import type { Dialect } from "./dialect.ts";
import { limitReader } from "./named-limit.ts";

/** "Requests per Second (actual/limit): 2/2", "Tokens per Minute (actual/limit): 65605/16000". */
const LIMIT =
  /(?<dimension>requests|tokens) per (?<period>second|minute|hour|day) \(actual\/limit\): [\d,.]+\/(?<limit>[\d,]+(?:\.\d+)?)/i;

/** xAI's flat bodies, `{"code":"kebab-case","error":"sentence"}`; collected from public reports, 2025 and 2026. */
export const xaiDialect: Dialect = {
  wrongKey: {
    words: [/incorrect api key/i, /invalid api key/i, /api key (?:is|provided is) (?:invalid|incorrect)/i],
  },
  spent: {},
  content: {
    words: [
      /violates? (?:our |the )?usage guidelines/i,
      /SAFETY_CHECK/,
      /content (?:violat|policy|moderat)/i,
    ],
  },
  // Content refusals carry the same code "permission-denied" and name the team and key too: the words decide.
  blocked: {
    words: [/\bapi[ -]?keys?\b/i, /\bteams?\b/i, /\bendpoints?\b/i, /\bpermissions?\b/i, /\bacls?\b/i],
  },
  // Told as a limit of 0, which every dialect understands.
  noAccess: {},
  credits: {
    words: [
      /used all available credits/i,
      SPENDING_LIMIT,
      /free usage quota exceeded/i,
      /(?:does not|doesn['’]t) have any credits/i,
    ],
  },
  capacity: { words: [AT_CAPACITY] },
  // "You've used all the included free usage for model … Usage resets over a rolling 24-hour window".
  daily: {
    codes: ["subscription:free-usage-exhausted"],
    words: [PER_DAY, /rolling 24-hour window/i],
  },
  tooLarge: {},
  unknownModel: {
    words: [MODEL_IS_GONE, /\bmodel not found/i],
  },
  readLimit: limitReader(LIMIT),
};
