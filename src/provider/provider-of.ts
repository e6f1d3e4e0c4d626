import { systemClock } from "../model/clock.ts";
import type { Provider } from "../model/provider.ts";
import { SIMULATED_HEADER } from "../model/simulated.ts";
import { closeNames } from "./close-names.ts";
import { type AnswerBounds, costBoundOf } from "./cost-bound.ts";
import type { Dialect } from "./dialect.ts";
import { classify, type Reader } from "./endings.ts";
import type { LimitHeaders } from "./headers/told.ts";

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
  /** How far one answer of a model can go. */
  answerBounds(model: string): AnswerBounds;
  /** Models known by name; asked for only when one is needed. */
  models(): readonly string[];
  dialect: Dialect;
  /** How its responses tell the limits. */
  limitHeaders: LimitHeaders;
  /** What service tier "priority" costs times the table's price; null = unknown. */
  priorityFactor: number | null;
}

/** Makes a provider of its facts: everything that is the same for all of them. */
export function providerOf({
  models,
  answerBounds,
  dialect,
  limitHeaders,
  priorityFactor,
  ...facts
}: ProviderFacts): Provider {
  const limitsTold: Provider["limitsTold"] = (head) => limitHeaders(head, systemClock.wall);
  const reader: Reader = {
    title: facts.title,
    dialect,
    closeModels: (model) => closeNames(model, models()),
    price: facts.price,
    priorityFactor,
    limitsTold,
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
    costBound: (request) =>
      costBoundOf(request, {
        price: facts.price(request.model),
        bounds: answerBounds(request.model),
        priorityFactor,
      }),
    classify: (end, asked) => classify(reader, end, asked),
    limitsTold,
    isSimulated: (head) => head.headers[SIMULATED_HEADER] !== undefined,
  };
}
