import type { Provider } from "../model/provider.ts";
import { compatible } from "./compatible.ts";
import { openai } from "./openai.ts";
import { simulator } from "./simulator.ts";
import { xai, xaiInUsRegion } from "./xai.ts";

/** What differs between providers. A new one is a file beside `xai.ts` and a name in this list. */
const PROVIDERS: readonly Provider[] = [xai, openai, compatible, simulator];

export const providerNames: readonly string[] = PROVIDERS.map((provider) => provider.name);

/** Addresses of a provider that have prices of their own. */
const REGIONS: readonly Provider[] = [xaiInUsRegion];

/** The provider as it is at this host. */
export function providerAt(host: string, provider: Provider): Provider {
  return REGIONS.find(({ name, hosts }) => name === provider.name && hosts.includes(host)) ?? provider;
}

/** Null for a name nobody knows. */
export function providerNamed(name: string): Provider | null {
  return PROVIDERS.find((provider) => provider.name === name) ?? null;
}

export { isEmptyAnswer } from "./answer-body.ts";
export { closeNames } from "./close-names.ts";
export { StreamUsage } from "./stream-usage.ts";
