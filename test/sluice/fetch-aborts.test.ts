import { describe, expect, it } from "vitest";
import { createFetch, createSluice } from "../../src/index.ts";
import { chat, chatAnswer, eventOf, sendJson, serve } from "./fetch-server.ts";
import { rejection, until } from "./simulators.ts";

const PATH = "/chat/completions";

describe("a signal", () => {
  it("rejects with its reason at once, before anything is sent", async () => {
    const server = await serve((response) => sendJson(response, 200, chatAnswer()));
    await using sluice = createSluice({ baseURL: server.baseURL });
    const init = { ...chat(), signal: AbortSignal.abort() };
    expect(await rejection(sluice.fetch(server.baseURL, init))).toMatchObject({ name: "AbortError" });
    expect(server.seen).toEqual([]);
  });

  it("takes whoever waits out of the queue, and gives up what is in flight", async () => {
    const server = await serve(() => {});
    await using sluice = createSluice({ baseURL: server.baseURL, maxConcurrent: 1 });
    const stop = new AbortController();
    const ask = (signal: AbortSignal) => sluice.fetch(`${server.baseURL}${PATH}`, { ...chat(), signal });
    const asking = Array.from({ length: 2000 }, () => rejection(ask(stop.signal)));
    const other = new AbortController();
    const last = rejection(ask(other.signal));
    await until(() => server.seen.length === 1);
    const reason = new Error("enough");
    stop.abort(reason);
    for (const error of await Promise.all(asking)) expect(error).toBe(reason);
    await until(() => server.seen.length === 2);
    expect(server.open()).toBe(1);
    other.abort();
    expect(await last).toMatchObject({ name: "AbortError" });
    await until(() => server.open() === 0);
    expect(server.seen).toHaveLength(2);
  });

  it("breaks off a body that is being read, and makes room for the next call", async () => {
    const server = await serve((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(eventOf({ part: 1 }));
    });
    await using sluice = createSluice({ baseURL: server.baseURL, maxConcurrent: 1 });
    for (let round = 0; round < 3; round += 1) {
      const stop = new AbortController();
      const init = { ...chat(), signal: stop.signal };
      const response = await sluice.fetch(`${server.baseURL}${PATH}`, init);
      const reader = response.body?.getReader();
      await reader?.read();
      const next = rejection(Promise.resolve(reader?.read()));
      stop.abort();
      expect(await next).toMatchObject({ name: "AbortError" });
    }
    await until(() => server.open() === 0);
  });

  it("of the Request itself counts where init names none", async () => {
    const server = await serve(() => {});
    const stop = new AbortController();
    const request = new Request(`${server.baseURL}${PATH}`, { ...chat(), signal: stop.signal });
    const asking = rejection(createFetch()(request));
    await until(() => server.seen.length === 1);
    stop.abort();
    expect(await asking).toMatchObject({ name: "AbortError" });
  });
});
