import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import Anthropic from "@anthropic-ai/sdk";
import { ChatOpenAI } from "@langchain/openai";
import { generateText, streamText } from "ai";
import OpenAI from "openai";

/** An SDK, as these tests use each of them. Its own retries are as they come, or off where it obeys no header. */
export interface Sdk {
  name: string;
  ask(prompt: string, signal?: AbortSignal): Promise<string>;
  stream(prompt: string, signal?: AbortSignal): AsyncIterable<string>;
}

export interface SdkOptions {
  baseURL: string;
  model: string;
  fetch: typeof globalThis.fetch;
}

const apiKey = "key-of-the-caller";

export function openai({ baseURL, model, fetch }: SdkOptions): Sdk {
  const client = new OpenAI({ baseURL, apiKey, fetch });
  const body = (content: string) => ({ model, messages: [{ role: "user" as const, content }] });
  return {
    name: "openai",
    async ask(prompt, signal) {
      const answer = await client.chat.completions.create(body(prompt), { signal });
      return answer.choices[0]?.message.content ?? "";
    },
    async *stream(prompt, signal) {
      const stream = await client.chat.completions.create({ ...body(prompt), stream: true }, { signal });
      for await (const chunk of stream) yield chunk.choices[0]?.delta.content ?? "";
    },
  };
}

export function vercelAi({ baseURL, model, fetch }: SdkOptions): Sdk {
  const provider = createOpenAICompatible({ name: "simulator", baseURL, apiKey, fetch });
  const of = (prompt: string, abortSignal: AbortSignal | undefined) => ({
    model: provider(model),
    prompt,
    maxRetries: 0,
    ...(abortSignal === undefined ? {} : { abortSignal }),
  });
  return {
    name: "ai",
    ask: async (prompt, signal) => (await generateText(of(prompt, signal))).text,
    async *stream(prompt, signal) {
      for await (const part of streamText(of(prompt, signal)).fullStream) {
        if (part.type === "error") throw part.error;
        if (part.type === "abort") throw new DOMException("aborted", "AbortError");
        if (part.type === "text-delta") yield part.text;
      }
    },
  };
}

export function langchain({ baseURL, model, fetch }: SdkOptions): Sdk {
  const chat = new ChatOpenAI({ model, apiKey, maxRetries: 0, configuration: { baseURL, fetch } });
  const of = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });
  return {
    name: "@langchain/openai",
    ask: async (prompt, signal) => String((await chat.invoke(prompt, of(signal))).content),
    async *stream(prompt, signal) {
      for await (const chunk of await chat.stream(prompt, of(signal))) yield String(chunk.content);
    },
  };
}

export function anthropic({ baseURL, model, fetch }: SdkOptions): Sdk {
  const client = new Anthropic({ baseURL: baseURL.replace(/\/v1$/, ""), apiKey, fetch });
  const body = (content: string) => ({
    model,
    max_tokens: 100,
    messages: [{ role: "user" as const, content }],
  });
  return {
    name: "@anthropic-ai/sdk",
    async ask(prompt, signal) {
      const { content } = await client.messages.create(body(prompt), { signal });
      return content[0]?.type === "text" ? content[0].text : "";
    },
    async *stream(prompt, signal) {
      for await (const event of client.messages.stream(body(prompt), { signal })) {
        if (event.type === "content_block_delta" && event.delta.type === "text_delta") yield event.delta.text;
      }
    },
  };
}
