import { anthropicHeaders } from "./anthropic.ts";
import { azureHeaders } from "./azure.ts";
import { cerebrasHeaders } from "./cerebras.ts";
import { groqHeaders } from "./groq.ts";
import { ietfHeaders } from "./ietf.ts";
import { mistralHeaders } from "./mistral.ts";
import { openaiHeaders } from "./openai.ts";
import { openrouterHeaders } from "./openrouter.ts";
import { togetherHeaders } from "./together.ts";
import { type LimitHeaders, NONE_TOLD } from "./told.ts";
import { unknownHeaders } from "./unknown.ts";
import { xaiHeaders } from "./xai.ts";

/** A header that only one dialect sends; the first that is there decides. What several share stands last. */
const SIGNS: readonly (readonly [name: string, dialect: LimitHeaders])[] = [
  ["x-ratelimit-limit-req-minute", mistralHeaders],
  ["x-ratelimit-limit-requests-day", cerebrasHeaders],
  ["x-ratelimit-limit-requests-minute", cerebrasHeaders],
  ["x-ratelimit-limit-tokens-minute", cerebrasHeaders],
  ["anthropic-ratelimit-requests-limit", anthropicHeaders],
  ["anthropic-ratelimit-tokens-limit", anthropicHeaders],
  ["anthropic-ratelimit-input-tokens-limit", anthropicHeaders],
  ["x-tokenlimit-limit", togetherHeaders],
  ["x-groq-region", groqHeaders],
  ["x-zero-data-retention", xaiHeaders],
  ["openai-processing-ms", openaiHeaders],
  ["x-ratelimit-renewalperiod-requests", azureHeaders],
  ["x-ratelimit-renewalperiod-tokens", azureHeaders],
  ["apim-request-id", azureHeaders],
  ["x-ratelimit-limit-requests", unknownHeaders],
  ["x-ratelimit-limit-tokens", unknownHeaders],
  ["x-ratelimit-limit", openrouterHeaders],
  ["ratelimit-policy", ietfHeaders],
  ["ratelimit-limit", ietfHeaders],
];

/** For an endpoint of which nothing is known: the dialect whose headers it sends. */
export const recognisedHeaders: LimitHeaders = (head, wallNow) => {
  for (const [name, dialect] of SIGNS) {
    if (head.headers[name] !== undefined) return dialect(head, wallNow);
  }
  return NONE_TOLD;
};
