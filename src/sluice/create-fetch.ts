import { createLaneRegistry } from "../limiter/index.ts";
import { systemClock } from "../model/clock.ts";
import { UsageError } from "../model/errors.ts";
import { checkFetchOptions } from "./check-options.ts";
import { FetchDoor } from "./fetch-door.ts";
import type { FetchOptions } from "./options.ts";
import { patienceOf } from "./patience.ts";
import { SharedAccount } from "./shared-account.ts";

/**
 * A `fetch` for any SDK that takes one, which keeps limits and sends again what failed for a time. Without `provider`
 * and `baseURL` every address it is asked for is an account of its own, with the key that the request brings.
 * Connections close by themselves when they are idle. Throws `UsageError` for an unknown or unfitting option.
 */
export function createFetch(options: FetchOptions = {}): typeof globalThis.fetch {
  checkFetchOptions(options);
  const { provider, baseURL, apiKey, tier, insecure, maxRetries, ...limits } = options;
  const patience = patienceOf({ maxRetries });
  if (provider !== undefined || baseURL !== undefined) {
    const account = new SharedAccount({ provider, baseURL, apiKey, tier, insecure }, "createFetch");
    account.limit(limits);
    return account.openFetch(patience);
  }
  for (const [name, value] of Object.entries({ apiKey, tier })) {
    if (value === undefined) continue;
    throw new UsageError(`createFetch: ${name} belongs to one place; name it with provider or baseURL.`);
  }
  const { maxAttempts } = patience;
  const shared = { insecure, limits, lanes: createLaneRegistry(), clock: systemClock };
  return new FetchDoor({ own: null, ...shared, maxAttempts }).fetch;
}
