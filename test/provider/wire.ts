import type { Ending } from "../../src/model/ending.ts";
import type { Provider } from "../../src/model/provider.ts";
import type { WireEnd } from "../../src/model/transport.ts";
import { providerNamed } from "../../src/provider/index.ts";

export const ASKED = { path: "/chat/completions", model: "grok-4.3" };

export function provider(name: string): Provider {
  const found = providerNamed(name);
  if (found === null) throw new Error(`no provider ${name}`);
  return found;
}

/** A complete response; a string is sent as it is, everything else as JSON. */
export function response(
  status: number,
  body: unknown,
  headers: Record<string, string | string[]> = {},
): Extract<WireEnd, { kind: "response" }> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { kind: "response", head: { status, headers }, body: Buffer.from(text) };
}

export function classified(
  name: string,
  status: number,
  body: unknown,
  headers: Record<string, string | string[]> = {},
): Ending {
  return provider(name).classify(response(status, body, headers), ASKED);
}

/** xAI's own sample: completion tokens leave the reasoning out. */
export const CHAT = {
  id: "a",
  object: "chat.completion",
  model: "grok-4.3",
  choices: [{ index: 0, message: { role: "assistant", content: "Four." }, finish_reason: "stop" }],
  usage: {
    prompt_tokens: 706,
    completion_tokens: 22,
    total_tokens: 827,
    prompt_tokens_details: { cached_tokens: 512 },
    completion_tokens_details: { reasoning_tokens: 99 },
  },
};
