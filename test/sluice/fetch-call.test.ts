import { describe, expect, it, vi } from "vitest";
import { compatible } from "../../src/provider/compatible.ts";
import { Call } from "../../src/sluice/fetch-call.ts";
import type { Question } from "../../src/sluice/fetch-request.ts";
import { answer, serverError, unreached } from "../engine/wire-ends.ts";
import { rejection } from "./simulators.ts";

const ANSWER: Question = { model: "m", maxTokens: null, samples: 1, isStream: false };
const STREAM: Question = { ...ANSWER, isStream: true };

function callOf(question: Question | null = ANSWER): Call {
  const url = new URL("https://api.example/v1/chat/completions");
  const request = {
    url,
    method: "POST",
    headers: {},
    body: Buffer.from("{}"),
    question,
    signal: null,
  } as const;
  return new Call(request, url.pathname);
}

function handOver(call: Call, status: number, type?: string) {
  const headers = type === undefined ? {} : { "content-type": type };
  return call.exchange().handOver?.({ status, headers }, { pause: vi.fn(), resume: vi.fn() }) ?? null;
}

describe("a call", () => {
  it.each([
    ["text/event-stream; charset=utf-8", true, true, true],
    ["audio/mpeg", true, true, true],
    ["application/octet-stream", true, true, true],
    ["application/json", false, false, false],
    ["application/problem+json", false, false, false],
    ["text/html; charset=utf-8", false, false, false],
    ["text/plain", false, true, true],
    [undefined, false, true, true],
  ])("has a body of %s handed over: an answer's %s, a stream's %s, a file's %s", (type, ...handed) => {
    const asked = [ANSWER, STREAM, null].map((question) => handOver(callOf(question), 200, type) !== null);
    expect(asked).toEqual(handed);
  });

  it.each([301, 429, 500])("has no body of a %i handed over", (status) => {
    expect(handOver(callOf(STREAM), status, "text/event-stream")).toBeNull();
  });

  it("waits until it is sent, and again where it goes again", () => {
    const call = callOf();
    expect(call.isWaiting).toBe(true);
    call.exchange();
    expect(call.isWaiting).toBe(false);
    call.ended(compatible.classify, serverError);
    expect(call.isWaiting).toBe(true);
    call.exchange();
    call.ended(compatible.classify, answer());
    expect(call.isWaiting).toBe(false);
  });

  it("counts the sends in a row that reached nobody", () => {
    const call = callOf();
    const counts = [unreached, unreached, serverError, unreached].map((end) => {
      call.ended(compatible.classify, end);
      return call.unreached;
    });
    expect(counts).toEqual([1, 2, 0, 1]);
  });

  it("is charged for its bytes only where it asks a model", () => {
    expect(callOf().load).toEqual({ bodyBytes: 2, maxTokens: null, samples: 1 });
    expect(callOf(null).load).toEqual({ bodyBytes: 0, maxTokens: 0, samples: 1 });
  });

  it("fails where the response is none that a Response takes, and lets its body go", async () => {
    const call = callOf();
    call.ended(compatible.classify, {
      kind: "response",
      head: { status: 600, headers: {} },
      body: Buffer.from(""),
    });
    call.settle();
    expect(await rejection(call.response)).toMatchObject({ name: "TypeError", message: "fetch failed" });
    const handed = callOf(STREAM);
    handed.cancelled = vi.fn();
    const head = { status: 200, headers: { "bad name": "x" } };
    handed.exchange().handOver?.(head, { pause: vi.fn(), resume: vi.fn() });
    expect(await rejection(handed.response)).toBeInstanceOf(TypeError);
    expect(handed.cancelled).toHaveBeenCalledTimes(1);
  });
});
