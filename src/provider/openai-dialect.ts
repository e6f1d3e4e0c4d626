import { AT_CAPACITY, MODEL_IS_GONE, PER_DAY, SPENDING_LIMIT } from "./common-words.ts";
import type { Dialect } from "./dialect.ts";
import { limitReader } from "./named-limit.ts";

/** "Rate limit reached for … on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000." */
const LIMIT =
  /\bon (?<dimension>requests|tokens)(?:_usage_based)? per (?<period>second|sec|minute|min|hour|day)\b.{0,40}?\blimit:? (?<limit>[\d,]+(?:\.\d+)?)/i;

/** OpenAI's nested bodies, and of those who copy them: Groq, Azure, DeepSeek. */
export const openaiDialect: Dialect = {
  wrongKey: { codes: ["invalid_api_key"] },
  spent: {},
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
    // Gemini says the same sentence of a limit per minute or day, and then names the quota.
    words: [
      /exceeded your current quota(?!.*(?:retryDelay|quotaId|quota exceeded for metric))/is,
      SPENDING_LIMIT,
      /hard limit has been reached/i,
    ],
  },
  capacity: { codes: ["model_overloaded"], words: [/overloaded/i, AT_CAPACITY] },
  daily: { words: [PER_DAY, /\((?:RPD|TPD)\)/] },
  tooLarge: { words: [/request too large/i] },
  unknownModel: {
    codes: ["model_not_found"],
    words: [MODEL_IS_GONE, /\bunknown model\b/i],
  },
  readLimit: limitReader(LIMIT),
};
