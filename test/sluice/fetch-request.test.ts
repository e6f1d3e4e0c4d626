import { describe, expect, it } from "vitest";
import { readFetch } from "../../src/sluice/fetch-request.ts";
import { rejection } from "./simulators.ts";

const URL_ = "https://api.example/v1/chat/completions";
const post = (body: unknown, url = URL_) =>
  readFetch(url, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });

describe("what a fetch asks", () => {
  it.each([
    [
      "a chat",
      { model: "m", max_tokens: 7, n: 2 },
      { model: "m", maxTokens: 7, samples: 2, isStream: false },
    ],
    ["a stream", { model: "m", stream: true }, { model: "m", maxTokens: null, samples: 1, isStream: true }],
  ])("is read out of the body of %s, byte for byte what is sent", async (_what, body, question) => {
    const request = await post(body);
    expect(request).toMatchObject({ method: "POST", question });
    expect(Buffer.from(request.body ?? []).toString()).toBe(JSON.stringify(body));
  });

  it.each([
    ["Azure", "https://a.example/openai/deployments/gpt-5/chat/completions?api-version=1", "gpt-5"],
    ["Gemini", "https://a.example/v1beta/models/gemini-3:generateContent", "gemini-3"],
  ])("is read out of the path of %s", async (_name, url, model) => {
    expect((await post({ messages: [] }, url)).question).toMatchObject({ model });
  });

  it.each([
    ["no JSON", "{model"],
    ["no object", "[1]"],
    ["no model", "{}"],
    ["a model that is no name", '{"model":7}'],
    ["no UTF-8", Buffer.from([0x7b, 0xff])],
  ])("is nobody's question where the body is %s", async (_what, body) => {
    const request = await readFetch(URL_, { method: "POST", body: new Uint8Array(Buffer.from(body)) });
    expect(request.question).toBeNull();
  });

  it("is nobody's question without a POST, whatever its path", async () => {
    expect(await readFetch("https://a.example/v1/models/m")).toMatchObject({
      method: "GET",
      body: null,
      question: null,
    });
  });

  it("keeps the caller's headers but those that the transport writes", async () => {
    const headers = { Authorization: "Bearer k", "X-Own": "1", "Accept-Encoding": "gzip", Host: "other" };
    const request = await readFetch(URL_, {
      headers: { ...headers, "Content-Length": "3", Connection: "close", Expect: "100-continue" },
    });
    expect(request.headers).toEqual({ authorization: "Bearer k", "x-own": "1" });
  });

  it("has an address without its fragment", async () => {
    expect((await readFetch("https://a.example/v1/models?x=1#top")).url.href).toBe(
      "https://a.example/v1/models?x=1",
    );
  });

  it("takes a stream as its body", async () => {
    const body = new Blob(['{"model":"m"}']).stream();
    const request = await readFetch(URL_, { method: "POST", body, duplex: "half" });
    expect(request.question).toMatchObject({ model: "m" });
  });

  it.each(["relative", "data:text/plain,x"])("is refused for the address %s", async (input) => {
    expect(await rejection(readFetch(input))).toBeInstanceOf(TypeError);
  });

  it("is refused for a method nobody knows", async () => {
    expect(await rejection(readFetch(URL_, { method: "PURGE" }))).toMatchObject({
      message: "fetch: the method PURGE is not known.",
    });
  });
});
