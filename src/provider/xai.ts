import type { Provider } from "../model/provider.ts";
import { xaiHeaders } from "./headers/xai.ts";
import { providerOf } from "./provider-of.ts";
import { XAI_HIGHEST_TIER, xaiAnswerBounds, xaiLimits, xaiModels, xaiPrice } from "./xai-data.ts";
import { xaiDialect } from "./xai-dialect.ts";

export const xai: Provider = providerOf({
  name: "xai",
  title: "xAI",
  baseUrl: "https://api.x.ai/v1",
  apiKeyEnv: "XAI_API_KEY",
  hosts: ["api.x.ai", "us.api.x.ai"],
  simulated: false,
  highestTier: XAI_HIGHEST_TIER,
  publishedLimits: xaiLimits,
  price: xaiPrice,
  answerBounds: xaiAnswerBounds,
  models: () => xaiModels,
  dialect: xaiDialect,
  limitHeaders: xaiHeaders,
  // docs.x.ai, priority processing: billed at twice the price only where the answer says "priority".
  priorityFactor: 2,
});
