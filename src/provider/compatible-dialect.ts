import { type Dialect, union } from "./dialect.ts";
import { openaiDialect } from "./openai-dialect.ts";
import { xaiDialect } from "./xai-dialect.ts";

/** What gateways and other vendors say beyond OpenAI's and xAI's words: Gemini, OpenRouter, Anthropic, Ollama. */
const others: Dialect = {
  wrongKey: { codes: ["api_key_invalid"], words: [/api key not valid/i] },
  content: { words: [/moderation/i, /\bsafety\b/i, /PROHIBITED_CONTENT/] },
  blocked: { words: [/\bsubscription\b/i, /country|\bregion\b/i] },
  noAccess: {},
  credits: {
    codes: ["insufficient_balance", "enforced_spend_limit_reached", "payment_required"],
    words: [/insufficient (?:credits?|balance|funds)/i, /credit balance is too low/i],
  },
  capacity: { codes: ["overloaded_error"] },
  daily: { words: [/per[ -]?day/i, /\bdaily\b/i] },
  tooLarge: {},
  unknownModel: { words: [/is not a valid model id/i, /\bmodel:? \S{1,120} is not supported/i] },
  readLimit: () => null,
};

export const compatibleDialect: Dialect = union(xaiDialect, openaiDialect, others);
