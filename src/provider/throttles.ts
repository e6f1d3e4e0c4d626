import { DAY_MS, HOUR_MS } from "../model/duration.ts";
import type { Ending, NamedLimit } from "../model/ending.ts";
import { PARKED_ABOVE_MS } from "../model/limits.ts";
import { saysNoCredits } from "./compatible-dialect.ts";
import { type Dialect, says } from "./dialect.ts";
import { account, rejected, throttled } from "./ending-kinds.ts";
import type { Evidence } from "./evidence.ts";
import { isClosedByHeaders } from "./headers/mistral.ts";

/** A daily limit that does not say when it is over is asked again after this long. */
const DAILY_RECHECK_MS = HOUR_MS;

/**
 * A 429 has five meanings: the first two wait and teach, a daily one parks the lane, and spent credits or a
 * model without access stop it, since no waiting helps. A request larger than the limit itself never passes.
 */
export function classify429(dialect: Dialect, evidence: Evidence): Ending {
  const { error } = evidence;
  const named = dialect.readLimit(error.words);
  if (named?.limit === 0 || says(error, dialect.noAccess) || isClosedByHeaders(evidence.head)) {
    return account(evidence, "access", "no-access");
  }
  if (saysNoCredits(error)) return account(evidence, "credits", "no-credits");
  if (says(error, dialect.tooLarge) || asksForMoreThanAll(error.words)) {
    return rejected(evidence, { code: "request-too-large" });
  }
  const { retryAfterMs } = evidence;
  if ((named?.windowMs ?? 0) >= DAY_MS || says(error, dialect.daily)) {
    const waitMs = retryAfterMs ?? DAILY_RECHECK_MS;
    return throttled(evidence, { reason: "daily", code: "daily-limit", named, retryAfterMs: waitMs });
  }
  if (retryAfterMs !== null && retryAfterMs > PARKED_ABOVE_MS) {
    return throttled(evidence, { reason: "daily", code: "long-wait", named });
  }
  if (says(error, dialect.capacity)) {
    return throttled(evidence, { reason: "capacity", code: "capacity", named: null });
  }
  return throttled(evidence, { reason: "rate", code: codeOf(named), named });
}

/** "Limit 30000, Requested 50000": OpenAI and Groq say so of a request that alone is larger than the limit. */
function asksForMoreThanAll(words: string): boolean {
  const found = /\blimit:? ([\d,]{1,20})\b.{0,60}\brequested:? ([\d,]{1,20})/i.exec(words);
  if (found === null) return false;
  const [limit, requested] = [found[1], found[2]].map((number) => Number(number?.replaceAll(",", "")));
  return limit !== undefined && requested !== undefined && limit > 0 && requested > limit;
}

function codeOf(named: NamedLimit | null): string {
  if (named === null) return "rate-limit";
  return named.dimension === "tokens" ? "token-limit" : "request-limit";
}
