import { type Dialect, says, union } from "./dialect.ts";
import type { ErrorBody } from "./error-body.ts";
import { limitReader } from "./named-limit.ts";
import { openaiDialect } from "./openai-dialect.ts";
import { xaiDialect } from "./xai-dialect.ts";

/** Gemini: the quota's name and value in the details. Tokens are left out: its limits count only those of the input. */
const GEMINI_LIMIT =
  /"quotaId":"\w{0,80}?(?<dimension>Requests)\w{0,80}?Per(?<period>Second|Minute|Hour|Day)(?:(?!"quotaId").){0,400}?"quotaValue":"?(?<limit>\d+)/;
/** Anthropic: "your organization's rate limit of 50 requests per minute". Input and output tokens are parts, no limit. */
const ANTHROPIC_LIMIT =
  /rate limit of (?<limit>[\d,]+) (?<dimension>requests|tokens) per (?<period>second|minute|hour|day)/i;
/** GitHub Models: "Rate limit of 15 per 60s exceeded for UserByModelByMinute"; "per 0s" is about concurrency. */
const GITHUB_LIMIT = /rate limit of (?<limit>[\d,]+) per (?<seconds>\d+)s exceeded/i;

/** What gateways and other vendors say beyond OpenAI's and xAI's words. */
const others: Dialect = {
  wrongKey: { codes: ["api_key_invalid"], words: [/api key not valid/i] },
  // Anthropic; LiteLLM's budgets.
  spent: { codes: ["budget_exceeded"], words: [/^your credit balance is too low/i] },
  content: { words: [/moderation/i, /\bsafety\b/i, /PROHIBITED_CONTENT/] },
  blocked: { words: [/\bsubscription\b/i, /country|\bregion\b/i] },
  // Gemini, of a model that the plan does not hold.
  noAccess: { words: [/quota exceeded for metric: \S{1,200}, limit: 0\b/i, /"quotaValue":"?0\b/] },
  credits: {
    codes: [
      "insufficient_balance",
      "enforced_spend_limit_reached",
      "payment_required",
      "exceeded_current_quota_error",
      "budget_exceeded",
    ],
    words: [
      /insufficient (?:credits?|balance|funds)/i,
      /credit balance is too low/i,
      /\bkey limit exceeded\b/i,
    ],
  },
  capacity: {
    codes: ["overloaded_error", "service_tier_capacity_exceeded", "queue_exceeded"],
    words: [/rate-limited upstream/i, /experiencing high traffic/i],
  },
  daily: { words: [/per[ _-]?day/i, /\bdaily\b/i] },
  tooLarge: {},
  unknownModel: {
    codes: ["deploymentnotfound", "model_decommissioned"],
    words: [
      /^no endpoints found for \S/i,
      /\bmodel has been deprecated/i,
      /\bmodels\/\S{1,120} is (?:not found|not supported|no longer available)/i,
    ],
  },
  readLimit: limitReader(GEMINI_LIMIT, ANTHROPIC_LIMIT, GITHUB_LIMIT),
};

export const compatibleDialect: Dialect = union(xaiDialect, openaiDialect, others);

/** A gateway hands on the words of whoever is behind it, and no waiting fills an account: any vendor's are understood. */
export function saysNoCredits(error: ErrorBody): boolean {
  return says(error, compatibleDialect.credits);
}
