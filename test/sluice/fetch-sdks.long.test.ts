import { describe, expect, it } from "vitest";
import { createFetch, createSluice } from "../../src/index.ts";
import { type Clock, systemClock } from "../../src/model/clock.ts";
import { virtualClock } from "../support/virtual-clock.ts";
import { sendJson, serve } from "./fetch-server.ts";
import { serveMessages } from "./messages-server.ts";
import { anthropic, langchain, openai, type Sdk, type SdkOptions, vercelAi } from "./sdks.ts";
import { prompts, rejection, simulate, until } from "./simulators.ts";
import { fetchInStillTime } from "./still-time.ts";

const MODEL = "grok-4.3";
/** More than the limit of the server lets through at once. */
const CALLS = 25;
const RPS = 20;
/** Fewer than go out before the first answer has told anything. */
const TIGHT_RPS = 3;
const FEW_CALLS = 6;

/** Whom an SDK asks, and how many requests were turned away there. */
interface Place {
  baseURL: string;
  throttled(): number;
}

async function simulator(rps?: number, clock: Clock = systemClock): Promise<Place> {
  const limits = rps === undefined ? {} : { unlimited: false, rps };
  const { baseUrl: baseURL, stats } = await simulate({ ...limits, clock });
  return { baseURL, throttled: () => stats().throttled };
}

async function read(stream: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const part of stream) text += part;
  return text;
}

describe.each([
  { name: "openai", make: openai, start: simulator },
  { name: "ai with @ai-sdk/openai-compatible", make: vercelAi, start: simulator },
  { name: "@langchain/openai", make: langchain, start: simulator },
  { name: "@anthropic-ai/sdk", make: anthropic, start: serveMessages },
])("$name", ({ make, start }) => {
  const client = ({ baseURL }: { baseURL: string }, fetch: SdkOptions["fetch"]): Sdk =>
    make({ baseURL, model: MODEL, fetch });

  it("asks and streams through the fetch of an instance", async () => {
    const place = await start();
    await using sluice = createSluice({ baseURL: place.baseURL });
    const sdk = client(place, sluice.fetch);
    expect(await sdk.ask("Tell me a joke")).toContain("Echo: Tell me a joke");
    expect(await read(sdk.stream("Tell me another"))).toContain("Echo: Tell me another");
  });

  it("has none of many calls fail beside a limit that turns some away", async () => {
    const place = await start(TIGHT_RPS);
    const sdk = client(place, createFetch());
    const answers = await Promise.all(
      prompts(FEW_CALLS).map((prompt, i) => (i % 2 === 0 ? sdk.ask(prompt) : read(sdk.stream(prompt)))),
    );
    answers.forEach((answer, i) => {
      expect(answer).toContain(`Echo: prompt ${i}`);
    });
    expect(place.throttled()).toBeGreaterThan(0);
  });

  it("has none turned away where the limit is known", async () => {
    const clock = virtualClock();
    const place = await start(RPS, clock);
    const { fetch, until: passUntil } = fetchInStillTime(place.baseURL, RPS, clock);
    const sdk = client(place, fetch);
    await passUntil(Promise.all(prompts(CALLS).map((prompt) => sdk.ask(prompt))));
    expect(place.throttled()).toBe(0);
    // More than a second's worth went out, and the limit was what held them back.
    expect(clock.now()).toBeGreaterThan(1000);
  });

  it("gives up what its signal calls back, before the head and in the middle of a stream", async () => {
    const server = await serve((response, { body }) => {
      if (JSON.parse(body.toString()).stream !== true) return;
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    });
    await using sluice = createSluice({ baseURL: server.baseURL });
    const sdk = client(server, sluice.fetch);
    const stop = new AbortController();
    const asking = rejection(sdk.ask("Never mind", stop.signal));
    // openai takes an abort for the end of its stream.
    const reading = Promise.allSettled([read(sdk.stream("Never mind", stop.signal))]);
    await until(() => server.seen.length === 2);
    stop.abort();
    expect(String(await asking)).toMatch(/abort/i);
    await reading;
    await until(() => server.open() === 0);
    expect(server.seen).toHaveLength(2);
  });
});

describe.each([
  { name: "openai", make: openai },
  { name: "@anthropic-ai/sdk", make: anthropic },
])("the retries of $name", ({ make }) => {
  it.each([500, 429])("stay away from a %i that was decided here", async (status) => {
    const error = { message: "You exceeded your current quota", code: "insufficient_quota" };
    const server = await serve((response) => sendJson(response, status, { error }));
    const fetch = createFetch({ provider: "openai", baseURL: server.baseURL, maxRetries: 1 });
    const asking = make({ baseURL: server.baseURL, model: MODEL, fetch }).ask("Tell me a joke");
    expect(await rejection(asking)).toMatchObject({ status });
    expect(server.seen).toHaveLength(status === 500 ? 2 : 1);
  });
});
