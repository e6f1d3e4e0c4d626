import { describe, expect, it } from "vitest";
import { createFetch, createSluice } from "../../src/index.ts";
import { chat, chatAnswer, eventOf, serve } from "./fetch-server.ts";
import { rejection, until } from "./simulators.ts";

const PATH = "/chat/completions";

describe("a body", () => {
  it("is handed over as it comes, and never asked for again", async () => {
    const server = await serve((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(eventOf({ part: 1 }));
      void until(() => read.includes("1")).then(() => response.write(eventOf({ part: 2 })));
      void until(() => read.includes("2")).then(() => response.destroy());
    });
    let read = "";
    await using sluice = createSluice({ baseURL: server.baseURL });
    const response = await sluice.fetch(`${server.baseURL}${PATH}`, chat("m", { stream: true }));
    const reading = (async () => {
      for await (const chunk of response.body ?? []) read += Buffer.from(chunk).toString();
    })();
    expect(await rejection(reading)).toMatchObject({ name: "TypeError", message: "terminated" });
    expect(read).toBe(eventOf({ part: 1 }) + eventOf({ part: 2 }));
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ["a chat answer", "application/json", JSON.stringify(chatAnswer())],
    ["a stream", "text/event-stream", eventOf(chatAnswer())],
    ["a sound", "audio/mpeg", "\u0001\u0002".repeat(1000)],
  ])("is decoded, and its head does not speak of the coding any more: %s", async (_what, type, text) => {
    const server = await serve((response) => {
      const body = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
      response.writeHead(200, { "content-type": type, "content-encoding": "gzip" });
      void new Response(body).bytes().then((bytes) => response.end(bytes));
    });
    await using sluice = createSluice({ baseURL: server.baseURL });
    const response = await sluice.fetch(`${server.baseURL}${PATH}`, chat());
    expect(await response.text()).toBe(text);
    expect(response.headers.get("content-encoding")).toBeNull();
    expect(response.headers.get("content-length")).toBeNull();
    expect(server.seen[0]?.headers["accept-encoding"]).toBeUndefined();
  });

  it("keeps its place in the limits until it is through", async () => {
    const ending: (() => void)[] = [];
    const server = await serve((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(eventOf({}));
      ending.push(() => response.end());
    });
    await using sluice = createSluice({ baseURL: server.baseURL, maxConcurrent: 1 });
    const ask = () => sluice.fetch(`${server.baseURL}${PATH}`, chat());
    const first = await ask();
    const second = ask();
    await first.body?.getReader().read();
    expect(server.seen).toHaveLength(1);
    ending[0]?.();
    await (await second).body?.cancel();
    const third = await ask();
    expect(third.status).toBe(200);
    expect(server.seen).toHaveLength(3);
  });

  it("is none for a 204 and for HEAD", async () => {
    const server = await serve((response) => void response.writeHead(204).end());
    const fetch = createFetch();
    for (const method of ["DELETE", "HEAD"]) {
      const response = await fetch(server.origin, { method });
      expect([response.status, await response.text()]).toEqual([204, ""]);
    }
  });
});
