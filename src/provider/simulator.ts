import type { Provider } from "../model/provider.ts";
import { compatibleDialect } from "./compatible-dialect.ts";
import { simulatedHeaders } from "./headers/simulated.ts";
import { providerOf } from "./provider-of.ts";
import { XAI_HIGHEST_TIER, xaiAnswerBounds, xaiLimits, xaiModels, xaiPrice } from "./xai-data.ts";

/** Rehearsals with xAI's models, limits and prices; it can be told to speak OpenAI's dialect, so both are read. */
export const simulator: Provider = providerOf({
  name: "simulator",
  title: "the simulator",
  baseUrl: null,
  apiKeyEnv: null,
  hosts: [],
  simulated: true,
  highestTier: XAI_HIGHEST_TIER,
  publishedLimits: xaiLimits,
  price: xaiPrice,
  answerBounds: xaiAnswerBounds,
  models: () => xaiModels,
  dialect: compatibleDialect,
  limitHeaders: simulatedHeaders,
  priorityFactor: 2,
});
