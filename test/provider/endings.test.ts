import { describe, expect, it } from "vitest";
import { ASKED, CHAT, classified, provider, response } from "./wire.ts";

const everyProvider = ["xai", "openai", "compatible", "simulator"];

describe("the table of endings, whichever the provider", () => {
  const error = { error: { message: "no", type: "x", code: null, param: null } };
  it.each([
    [200, CHAT, "answered", "answered"],
    [200, `${JSON.stringify(CHAT).slice(0, -20)}`, "ambiguous", "not-json"],
    [200, "<html><title>Sign in</title></html>", "ambiguous", "not-json"],
    [200, "", "ambiguous", "not-json"],
    [200, "null", "ambiguous", "not-json"],
    [200, { error: { message: "boom" } }, "ambiguous", "error-in-answer"],
    [200, { code: "internal", error: "boom" }, "ambiguous", "error-in-answer"],
    [
      200,
      { choices: [{ finish_reason: "error", error: { message: "upstream" } }] },
      "ambiguous",
      "error-in-answer",
    ],
    [200, { detail: "boom" }, "ambiguous", "error-in-answer"],
    [302, "", "account", "redirect"],
    [400, error, "rejected", "http-400"],
    [401, error, "account", "wrong-key"],
    [402, error, "account", "no-credits"],
    [403, error, "rejected", "http-403"],
    [404, error, "rejected", "http-404"],
    [405, error, "rejected", "http-405"],
    [408, error, "transient", "http-408"],
    [409, error, "transient", "http-409"],
    [413, error, "rejected", "http-413"],
    [415, error, "rejected", "http-415"],
    [422, error, "rejected", "http-422"],
    [451, error, "rejected", "http-451"],
    [429, error, "throttled", "rate-limit"],
    [500, error, "transient", "http-500"],
    [501, error, "rejected", "http-501"],
    [502, error, "ambiguous", "http-502"],
    [503, error, "throttled", "overloaded"],
    [504, error, "ambiguous", "http-504"],
    [520, "<html>", "ambiguous", "http-520"],
    [524, "", "ambiguous", "http-524"],
    [
      529,
      { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
      "throttled",
      "overloaded",
    ],
  ])("HTTP %i %j is %s, %s", (status, body, kind, code) => {
    for (const name of everyProvider) {
      expect(classified(name, status, body)).toMatchObject({ kind, code, status });
    }
  });

  it("a connection that failed before the provider saw anything is unprocessed", () => {
    const end = { kind: "unprocessed", code: "ECONNREFUSED", message: "connect ECONNREFUSED" } as const;
    expect(provider("xai").classify(end, ASKED)).toMatchObject({ kind: "unprocessed", status: null });
  });

  it("a connection that broke after the request was written is ambiguous, also within a 200", () => {
    for (const head of [null, { status: 200, headers: { "x-request-id": "r1" } }]) {
      const body = head === null ? null : Buffer.from("{");
      const end = { kind: "broken", code: "reset", message: "reset", head, body } as const;
      expect(provider("xai").classify(end, ASKED)).toMatchObject({
        kind: "ambiguous",
        code: "reset",
        ownTimeout: false,
        body,
      });
    }
  });

  it.each([
    [429, "throttled"],
    [500, "transient"],
    [502, "ambiguous"],
    [503, "throttled"],
    [401, "account"],
    [400, "transient"],
    [403, "transient"],
  ])(
    "an HTTP %i whose body was cut is %s: its status is known, words that would decide are not",
    (status, kind) => {
      const head = { status, headers: {} };
      const end = { kind: "broken", code: "cut", message: "cut", head, body: null } as const;
      expect(provider("xai").classify(end, ASKED)).toMatchObject({ kind, status });
    },
  );

  it("an answer too large to keep is held, since asking again would be paid again", () => {
    const end = { kind: "too-large", head: { status: 200, headers: {} }, limitBytes: 1000 } as const;
    expect(provider("xai").classify(end, ASKED)).toMatchObject({
      kind: "ambiguous",
      code: "too-large",
      ownTimeout: true,
    });
  });

  it("what was given up is at risk only if it had been written", () => {
    expect(provider("xai").classify({ kind: "aborted", written: false, head: null }, ASKED).kind).toBe(
      "unprocessed",
    );
    expect(provider("xai").classify({ kind: "aborted", written: true, head: null }, ASKED)).toMatchObject({
      kind: "ambiguous",
      ownTimeout: true,
    });
  });

  it("invalid UTF-8 is not an answer", () => {
    const end = response(200, CHAT);
    const body = Buffer.from(end.body);
    body[body.indexOf("Four")] = 0xff;
    expect(provider("xai").classify({ ...end, body }, ASKED)).toMatchObject({
      kind: "ambiguous",
      code: "not-json",
    });
  });

  it("a byte order mark does not spoil an answer, whose bytes are kept as they came", () => {
    const end = response(200, `\uFEFF${JSON.stringify(CHAT)}`);
    const ending = provider("xai").classify(end, ASKED);
    expect(ending.kind).toBe("answered");
    expect(ending.body).toBe(end.body);
  });

  it("a web server's 404 or 405 is told apart from an API's: the address is wrong, for every row", () => {
    expect(classified("compatible", 404, "<html><title>404 Not Found</title></html>")).toMatchObject({
      unexplained: true,
    });
    expect(classified("compatible", 405, "")).toMatchObject({ unexplained: true });
    expect(classified("compatible", 404, { error: { message: "no such response" } })).toMatchObject({
      unexplained: false,
    });
  });

  it.each<[string, number, object]>([
    ["FastAPI, under vLLM", 404, { detail: "Not Found" }],
    ["FastAPI, under vLLM", 405, { detail: "Method Not Allowed" }],
    [
      "OpenAI",
      404,
      { error: { message: "Invalid URL (POST /v1/chat)", type: "invalid_request_error", code: null } },
    ],
    ["Azure", 404, { error: { code: "404", message: "Resource not found" } }],
    ["llama.cpp", 404, { error: { code: 404, message: "File Not Found", type: "not_found_error" } }],
    [
      "xAI",
      404,
      {
        code: "not-found",
        error: "The requested resource was not found. Please check the URL and try again.",
      },
    ],
    ["Kong", 404, { message: "no Route matched with those values" }],
    [
      "Fastify",
      404,
      { message: "Route POST:/chat/completions not found", error: "Not Found", statusCode: 404 },
    ],
  ])("takes what the router of %s says for a wrong address, too: HTTP %i %j", (_who, status, body) => {
    expect(classified("compatible", status, body)).toMatchObject({ kind: "rejected", unexplained: true });
  });

  it.each([407, 410, 418, 425, 451, 501, 505])(
    "an HTTP %i that no rule names may be meant for every row",
    (status) => {
      expect(classified("compatible", status, { error: { message: "no" } })).toMatchObject({
        kind: "rejected",
        unexplained: true,
      });
    },
  );

  it.each([400, 413, 415, 422])("an HTTP %i is about its row", (status) => {
    expect(classified("compatible", status, { error: { message: "no" } })).toMatchObject({
      kind: "rejected",
      unexplained: false,
    });
  });

  it("a redirect says where it leads and what to do, without the path", () => {
    const ending = classified("compatible", 301, "", { location: "https://login.example.com/?token=abc" });
    expect(ending.message).toBe(
      "HTTP 301 redirects to https://login.example.com; redirects are not followed: give the final address with --base-url",
    );
  });

  it("a redirect to what is no web address names none", () => {
    const ending = classified("compatible", 301, "", { location: "data:text/plain,x" });
    expect(ending.message).toMatch(/^HTTP 301 redirects; /);
  });

  it("the provider's request id is kept", () => {
    expect(classified("xai", 500, "", { "x-request-id": "req-1" })).toMatchObject({ requestId: "req-1" });
  });
});
