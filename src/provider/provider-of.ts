import { systemClock } from "../model/clock.ts";
import type { Provider } from "../model/provider.ts";
import { SIMULATED_HEADER } from "../model/simulated.ts";
import { closeNames } from "./close-names.ts";
import type { Dialect } from "./dialect.ts";
import { classify, type Reader } from "./endings.ts";

/** What a provider's own file says of it. */
export interface ProviderFacts
  extends Pick<
    Provider,
    | "name"
    | "title"
    | "baseUrl"
    | "apiKeyEnv"
    | "hosts"
    | "simulated"
    | "highestTier"
    | "publishedLimits"
    | "price"
  > {
  /** Models known by name; asked for only when one is needed. */
  models(): readonly string[];
  dialect: Dialect;
  /** What service tier "priority" costs times the table's price; null = unknown. */
  priorityFactor: number | null;
}

/** Makes a provider of its facts: everything that is the same for all of them. */
export function providerOf({ models, dialect, priorityFactor, ...facts }: ProviderFacts): Provider {
  const reader: Reader = {
    title: facts.title,
    dialect,
    closeModels: (model) => closeNames(model, models()),
    price: facts.price,
    priorityFactor,
    wallNow: systemClock.wall,
  };
  return {
    ...facts,
    get models() {
      return models();
    },
    headers: (apiKey) => ({
      "content-type": "application/json",
      accept: "application/json",
      ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
    }),
    classify: (end, asked) => classify(reader, end, asked),
    limitsTold: () => [],
    isSimulated: (head) => head.headers[SIMULATED_HEADER] !== undefined,
  };
}
