import type { Provider } from "../model/provider.ts";

/** Some providers repeat the key that they refuse: what they say is told, and kept as a message, without it. */
export function hidingKey(provider: Provider, apiKey: string | null): Provider {
  if (apiKey === null || apiKey === "") return provider;
  const classify: Provider["classify"] = (end, asked) => {
    const ending = provider.classify(end, asked);
    if (!ending.message.includes(apiKey)) return ending;
    return { ...ending, message: ending.message.replaceAll(apiKey, "[key]") };
  };
  // Its models are read only when one is asked for: a copy would ask.
  return Object.create(provider, { classify: { value: classify } });
}
