import { type Dialect, namedLimit } from "./dialect.ts";

/** "Rate limit reached for … on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000." */
const LIMIT = /\bon (requests|tokens) per (sec|second|min|minute|hour|day)\b.{0,40}?\blimit:? ([\d,]+)/i;

/** OpenAI's nested bodies, and of those who copy them: Groq, Azure, DeepSeek. */
export const openaiDialect: Dialect = {
  wrongKey: { codes: ["invalid_api_key"] },
  content: {
    codes: ["content_policy_violation", "content_filter", "moderation_blocked"],
    words: [/content (?:policy|management policy|filter)/i, /flagged/i, /usage polic(?:y|ies)/i],
  },
  blocked: {
    codes: ["unsupported_country_region_territory", "insufficient_permissions", "account_deactivated"],
    words: [
      /\bapi[ -]?key\b/i,
      /\b(?:organi[sz]ation|project|account)\b/i,
      /\bpermissions?\b/i,
      /\bregion\b/i,
    ],
  },
  noAccess: {
    codes: ["model_not_found"],
    words: [/not have access to (?:the )?model/i, /not allowed to sample from this model/i],
  },
  credits: {
    codes: [
      "insufficient_quota",
      "billing_hard_limit_reached",
      "billing_not_active",
      "credit_balance_exhausted",
      "spend_limit_reached",
      "usage_limit_reached",
    ],
    // Gemini says the same sentence of a limit per minute, then with a delay after which it may be tried again.
    words: [
      /exceeded your current quota(?!.*retryDelay)/is,
      /spend(?:ing)? limit/i,
      /hard limit has been reached/i,
    ],
  },
  capacity: { codes: ["model_overloaded"], words: [/overloaded/i, /at capacity/i] },
  daily: { words: [/(?:requests|tokens) per day/i, /\((?:RPD|TPD)\)/] },
  tooLarge: { words: [/request too large/i] },
  unknownModel: {
    codes: ["model_not_found"],
    words: [/\bmodel:? \S{1,120} (?:does not exist|not found|has been deprecated)/i, /\bunknown model\b/i],
  },
  readLimit(words) {
    const found = LIMIT.exec(words);
    return namedLimit(found?.[1], found?.[2], found?.[3]);
  },
};
