import type { Provider } from "../model/provider.ts";
import { xaiHeaders } from "./headers/xai.ts";
import { type ProviderFacts, providerOf } from "./provider-of.ts";
import {
  XAI_HIGHEST_TIER,
  xaiAnswerBounds,
  xaiLimits,
  xaiModels,
  xaiPrice,
  xaiPriceInUsRegion,
} from "./xai-data.ts";
import { xaiDialect } from "./xai-dialect.ts";

const US_REGION = "us.api.x.ai";

const FACTS: ProviderFacts = {
  name: "xai",
  title: "xAI",
  baseUrl: "https://api.x.ai/v1",
  apiKeyEnv: "XAI_API_KEY",
  hosts: ["api.x.ai", US_REGION],
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
};

export const xai: Provider = providerOf(FACTS);

/** The same provider at an address where requests are processed in the US only. */
export const xaiInUsRegion: Provider = providerOf({
  ...FACTS,
  hosts: [US_REGION],
  price: xaiPriceInUsRegion,
});
