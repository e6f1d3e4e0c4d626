import type { Provider } from "../model/provider.ts";
import { compatibleDialect } from "./compatible-dialect.ts";
import { UNBOUNDED } from "./cost-bound.ts";
import { recognisedHeaders } from "./headers/recognised.ts";
import { providerOf } from "./provider-of.ts";

/** Any endpoint that speaks OpenAI's dialect: no price, no published limits, and no key unless one is named. */
export const compatible: Provider = providerOf({
  name: "compatible",
  title: "the provider",
  baseUrl: null,
  apiKeyEnv: null,
  hosts: [],
  simulated: false,
  highestTier: null,
  publishedLimits: () => [],
  price: () => null,
  answerBounds: () => UNBOUNDED,
  models: () => [],
  dialect: compatibleDialect,
  limitHeaders: recognisedHeaders,
  priorityFactor: null,
});
