import { describe, expect, it } from "vitest";
import { createFetch, UsageError } from "../../src/index.ts";
import { chat, chatAnswer, sendJson, serve } from "./fetch-server.ts";
import { prompts, simulate } from "./simulators.ts";

describe("createFetch", () => {
  it.each([
    [{ rps: 0 }, "createFetch: rps takes a number above 0, not 0."],
    [{ timeout: 5 }, "createFetch: there is no option timeout; it belongs to createSluice."],
    [{ provider: "nobody" }, 'createFetch: provider: "nobody" is not known'],
    [{ apiKey: "k" }, "createFetch: apiKey belongs to one place; name it with provider or baseURL."],
    [{ tier: 1 }, "createFetch: tier belongs to one place; name it with provider or baseURL."],
  ])("refuses %o in one sentence", (options, sentence) => {
    const make = () => createFetch(options as Parameters<typeof createFetch>[0]);
    expect(make).toThrow(UsageError);
    expect(make).toThrow(sentence);
  });

  it("sends its key to its own address alone", async () => {
    const [own, other] = [
      await serve((response) => sendJson(response, 200, chatAnswer())),
      await serve((response) => sendJson(response, 200, chatAnswer())),
    ];
    const fetch = createFetch({ baseURL: own.baseURL, apiKey: "k" });
    for (const { baseURL } of [own, other]) await fetch(`${baseURL}/chat/completions`, chat());
    expect(own.seen[0]?.headers.authorization).toBe("Bearer k");
    expect(other.seen[0]?.headers.authorization).toBeUndefined();
  });

  it("keeps one limit for each address, key and model where it is bound to none", async () => {
    const servers = [await simulate({ latency: "20ms" }), await simulate({ latency: "20ms" })];
    const fetch = createFetch({ maxConcurrent: 2 });
    const ask = ({ baseUrl }: { baseUrl: string }) => fetch(`${baseUrl}/chat/completions`, chat("grok-4.3"));
    await Promise.all(prompts(10).flatMap(() => servers.map(ask)));
    for (const server of servers) expect(server.stats()).toMatchObject({ answered: 10, maxInFlight: 2 });
  });

  it("serves more keys than it holds accounts for", async () => {
    const server = await serve((response) => sendJson(response, 200, chatAnswer()));
    const fetch = createFetch();
    const statuses = prompts(300).map(async (key) => {
      const init = chat();
      return (await fetch(server.baseURL, { ...init, headers: { authorization: `Bearer ${key}` } })).status;
    });
    expect(new Set(await Promise.all(statuses))).toEqual(new Set([200]));
    for (const key of prompts(20)) {
      const headers = { authorization: `Bearer ${key} again` };
      expect((await fetch(server.baseURL, { ...chat(), headers })).status).toBe(200);
    }
    expect(new Set(server.seen.map(({ headers }) => headers.authorization)).size).toBe(320);
  });
});
