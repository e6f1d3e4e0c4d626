import { describe, expect, it } from "vitest";
import { createFetch, createSluice, UsageError } from "../../src/index.ts";
import { chat, chatAnswer, sendJson, serve } from "./fetch-server.ts";
import { collect, prompts, rejection, simulate, until } from "./simulators.ts";

const MODEL = "grok-4.3";
const PATH = "/chat/completions";

describe("a fetch", () => {
  it("has the type of the global one, and gives its Response", async () => {
    const server = await serve((response) => sendJson(response, 200, chatAnswer(), { "x-own": "1" }));
    await using sluice = createSluice({ baseURL: server.baseURL });
    const fetch: typeof globalThis.fetch = sluice.fetch;
    const url = new URL(`${server.baseURL}${PATH}?a=1`);
    for (const input of [url, url.href, new Request(url, chat())]) {
      const response = await fetch(input, input instanceof Request ? undefined : chat());
      expect(response).toBeInstanceOf(Response);
      expect(response).toMatchObject({ status: 200, ok: true, url: url.href });
      expect(response.headers.get("x-own")).toBe("1");
      expect(await response.json()).toEqual(JSON.parse(JSON.stringify(chatAnswer())));
    }
    expect(server.seen).toHaveLength(3);
    for (const { method, path, body, headers } of server.seen) {
      expect({ method, path, body: body.toString() }).toEqual({
        method: "POST",
        path: `/v1${PATH}?a=1`,
        body: chat().body,
      });
      expect(headers["content-type"]).toBe("application/json");
    }
  });

  it("waits within the limits that the runs of its instance keep, too", async () => {
    const simulator = await simulate({ latency: "5ms" });
    await using sluice = createSluice({ baseURL: simulator.baseUrl, maxConcurrent: 3 });
    const responses = Promise.all(
      prompts(20).map(() => sluice.fetch(`${simulator.baseUrl}${PATH}`, chat(MODEL))),
    );
    await Promise.all([responses, collect(sluice.run(prompts(20), { model: MODEL }))]);
    for (const response of await responses) expect(response.status).toBe(200);
    expect(simulator.stats()).toMatchObject({ answered: 40, maxInFlight: 3 });
  });

  it("serves its callers in the order in which they came", async () => {
    const server = await serve((response) => sendJson(response, 200, chatAnswer()));
    await using sluice = createSluice({ baseURL: server.baseURL, maxConcurrent: 1 });
    const calls = prompts(50).map((user) => sluice.fetch(`${server.baseURL}${PATH}`, chat("m", { user })));
    await Promise.all(calls);
    expect(server.seen.map(({ body }) => JSON.parse(body.toString()).user)).toEqual(prompts(50));
  });

  it("does not let a full lane hold up another", async () => {
    const server = await serve((response, { body }) => {
      if (JSON.parse(body.toString()).model !== "slow") sendJson(response, 200, chatAnswer());
    });
    await using sluice = createSluice({ baseURL: server.baseURL });
    const slow = Promise.allSettled(
      prompts(3000).map(() => sluice.fetch(`${server.baseURL}${PATH}`, chat("slow"))),
    );
    expect((await sluice.fetch(`${server.baseURL}${PATH}`, chat("quick"))).status).toBe(200);
    await sluice.close();
    for (const call of await slow) expect(call.status).toBe("rejected");
  });

  it("passes a form, a list and a deletion through untouched", async () => {
    const server = await serve((response) => sendJson(response, 200, { status: "failed", error: "none" }));
    await using sluice = createSluice({ baseURL: server.baseURL, tpm: 1 });
    const form = new FormData();
    form.append("model", "whisper");
    form.append("file", new Blob([new Uint8Array([0, 255, 10])]), "sound.wav");
    for (const init of [{ method: "POST", body: form }, {}, { method: "DELETE" }]) {
      const response = await sluice.fetch(`${server.baseURL}/files`, init);
      expect(await response.json()).toEqual({ status: "failed", error: "none" });
    }
    expect(server.seen.map(({ method }) => method)).toEqual(["POST", "GET", "DELETE"]);
    const [upload] = server.seen;
    const received = await new Response(new Uint8Array(upload?.body ?? []), {
      headers: { "content-type": String(upload?.headers["content-type"]) },
    }).formData();
    expect(received.get("model")).toBe("whisper");
    const file = received.get("file");
    expect(file instanceof File && [...(await file.bytes())]).toEqual([0, 255, 10]);
  });

  it("asks and streams over HTTP/2 where the server offers it", async () => {
    const simulator = await simulate({ tls: true });
    await using sluice = createSluice({ baseURL: simulator.baseUrl });
    for (const stream of [false, true]) {
      const response = await sluice.fetch(`${simulator.baseUrl}${PATH}`, chat(MODEL, { stream }));
      expect(await response.text()).toMatch(stream ? /^data: .*\[DONE\]\n\n$/s : /^\{.*\}$/s);
    }
    expect(simulator.stats().requests.map(({ protocol }) => protocol)).toEqual(["h2", "h2"]);
  });

  it("refuses what the global one refuses", async () => {
    const fetch = createFetch();
    for (const input of ["/relative", "ftp://host/file", "http://user:pass@host/"]) {
      expect(await rejection(fetch(input))).toBeInstanceOf(TypeError);
    }
  });

  it("is closed with its instance: who waits is told, and nothing can be asked afterwards", async () => {
    const server = await serve(() => {});
    const sluice = createSluice({ baseURL: server.baseURL });
    const asking = rejection(sluice.fetch(`${server.baseURL}${PATH}`, chat()));
    await until(() => server.seen.length === 1);
    await sluice.close();
    expect(await asking).toMatchObject({
      name: "TypeError",
      message: "fetch failed",
      cause: { message: "the instance was closed" },
    });
    expect(await rejection(sluice.fetch(server.baseURL))).toBeInstanceOf(UsageError);
  });
});

describe("what goes wrong", () => {
  it.each([
    "429-second",
    "503",
    "529",
    "500",
    "502",
    "reset-before",
    "truncated",
    "not-json",
    "html",
    "error-in-200",
  ])("is sent again by us: %s", async (fault) => {
    const simulator = await simulate({ faults: [`${fault}#1`] });
    await using sluice = createSluice({ baseURL: simulator.baseUrl });
    const response = await sluice.fetch(`${simulator.baseUrl}${PATH}`, chat(MODEL));
    expect(response.status).toBe(200);
    expect(response.headers.get("x-should-retry")).toBeNull();
    expect(simulator.stats().received).toBe(2);
  });

  it.each([
    [400, { error: { message: "no such parameter" } }],
    [401, { error: { message: "Incorrect API key provided" } }],
    [403, { code: "The caller does not have permission", error: "Your team is blocked" }],
    [404, { error: "The model m does not exist" }],
    [422, { detail: "a field" }],
  ])("a %i is this call's alone, and untouched", async (status, body) => {
    const server = await serve((response, { number }) => {
      if (number === 1) sendJson(response, status, body, { "x-request-id": "r1" });
      else sendJson(response, 200, chatAnswer());
    });
    await using sluice = createSluice({ baseURL: server.baseURL });
    const response = await sluice.fetch(`${server.baseURL}${PATH}`, chat());
    expect(response).toMatchObject({ status, ok: false });
    expect(await response.json()).toEqual(body);
    expect(response.headers.get("x-request-id")).toBe("r1");
    expect(response.headers.get("x-should-retry")).toBeNull();
    expect((await sluice.fetch(`${server.baseURL}${PATH}`, chat())).status).toBe(200);
    expect(server.seen).toHaveLength(2);
  });

  it("is given as it came when the attempts are used up, and SDKs are told to stay away", async () => {
    const server = await serve((response, { number }) => sendJson(response, 500, { error: `no ${number}` }));
    await using sluice = createSluice({ baseURL: server.baseURL, maxRetries: 1 });
    const response = await sluice.fetch(`${server.baseURL}${PATH}`, chat());
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ error: "no 2" });
    expect(response.headers.get("x-should-retry")).toBe("false");
  });

  it("is told at once where the credits are spent", async () => {
    const simulator = await simulate({ faults: ["429-credits"] });
    await using sluice = createSluice({ baseURL: simulator.baseUrl });
    const response = await sluice.fetch(`${simulator.baseUrl}${PATH}`, chat(MODEL));
    expect(response.status).toBe(429);
    expect(response.headers.get("x-should-retry")).toBe("false");
    expect(simulator.stats().received).toBe(1);
  });

  it("is a TypeError with its cause where nobody listens", async () => {
    const server = await serve(() => {});
    const fetch = createFetch({ baseURL: "http://127.0.0.1:1/v1", maxRetries: 1 });
    const error = await rejection(fetch("http://127.0.0.1:1/v1/chat/completions", chat()));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: "fetch failed", cause: { code: "connect-refused" } });
    expect(server.seen).toEqual([]);
  });

  it("is a TypeError where every answer was cut before its head", async () => {
    const server = await serve((response) => void response.destroy());
    const fetch = createFetch({ baseURL: server.baseURL, maxRetries: 1 });
    const error = await rejection(fetch(`${server.baseURL}${PATH}`, chat()));
    expect(error).toMatchObject({ name: "TypeError", message: "fetch failed" });
    expect(server.seen).toHaveLength(2);
  });
});
