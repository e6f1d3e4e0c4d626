import type { ChosenAccount } from "../sluice/choose-account.ts";

/** Whom a run asks, in words: "xAI", "xAI (http://127.0.0.1:8000/v1)", or the address alone where nobody has a name. */
export function providerText({ provider, address }: Pick<ChosenAccount, "provider" | "address">): string {
  if (provider.baseUrl === address.text) return provider.title;
  if (provider.hosts.length === 0 && !provider.simulated) return address.text;
  return `${provider.title} (${address.text})`;
}
