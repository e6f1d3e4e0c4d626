import type { Provider } from "../model/provider.ts";
import { openaiHeaders } from "./headers/openai.ts";
import { openaiDialect } from "./openai-dialect.ts";
import { providerOf } from "./provider-of.ts";
import { publicContext, publicModels, publicPrice } from "./public-prices.ts";

const VENDOR = "openai";

export const openai: Provider = providerOf({
  name: "openai",
  title: "OpenAI",
  baseUrl: "https://api.openai.com/v1",
  apiKeyEnv: "OPENAI_API_KEY",
  hosts: ["api.openai.com"],
  simulated: false,
  // Its tiers differ by model and account and are told by headers: nothing to go by before the first answer.
  highestTier: null,
  publishedLimits: () => [],
  price: (model) => publicPrice(VENDOR, model),
  // platform.openai.com, reasoning guide: max_completion_tokens and max_output_tokens count reasoning as well.
  answerBounds: (model) => ({ contextTokens: publicContext(VENDOR, model), capHolds: "always" }),
  models: () => publicModels(VENDOR),
  dialect: openaiDialect,
  limitHeaders: openaiHeaders,
  priorityFactor: null,
});
