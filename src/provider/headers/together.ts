import { SECOND_MS } from "../../model/duration.ts";
import { toldBy } from "./told.ts";

/** Together: a second each; the dynamic limits follow the traffic of late (docs.together.ai/docs/rate-limits, 2026). */
export const togetherHeaders = toldBy(
  { names: "x-ratelimit-*", dimension: "requests", window: SECOND_MS },
  { names: "x-ratelimit-*-dynamic", dimension: "requests", window: SECOND_MS },
  { names: "x-tokenlimit-*", dimension: "tokens", window: SECOND_MS },
  { names: "x-tokenlimit-*-dynamic", dimension: "tokens", window: SECOND_MS },
);
