import { describe, expect, it } from "vitest";
import type { WireEnd } from "../../src/model/transport.ts";
import { compatible } from "../../src/provider/compatible.ts";
import { type CallState, endingOfCall, goesAgain } from "../../src/sluice/fetch-endings.ts";
import {
  answer,
  badRequest,
  cut,
  response,
  serverError,
  throttled,
  unreached,
  wrongKey,
} from "../engine/wire-ends.ts";

const QUESTION: CallState = { isHandedOver: false, usage: null, isQuestion: true };
const USAGE = { inputTokens: 1, cachedTokens: 0, outputTokens: 2, reasoningTokens: 0, totalTokens: 3 };
const READ: CallState = { isHandedOver: true, usage: USAGE, isQuestion: true };
const asked = { path: "/chat/completions", model: "m" };

function endingOf(end: WireEnd, state: CallState = QUESTION) {
  return endingOfCall(compatible.classify, end, asked, state);
}

describe("the ending of a call", () => {
  it.each([
    ["an answer", answer(), "answered", false],
    ["a refusal", badRequest, "rejected", false],
    ["a wrong key", wrongKey, "rejected", false],
    ["a redirect", response(301, {}, { location: "https://elsewhere.example/" }), "rejected", false],
    ["a 403 that no rule knows", response(403, { error: { message: "no" } }), "rejected", false],
    ["a 429", throttled(1), "throttled", true],
    ["a 500", serverError, "transient", true],
    ["a cut", cut, "ambiguous", true],
    ["nobody there", unreached, "unprocessed", true],
    ["an error under a 200", response(200, { error: { message: "no" } }), "ambiguous", true],
  ])("for %s is the table's, and never everybody's", (_what, end, kind, again) => {
    const ending = endingOf(end);
    expect(ending.kind).toBe(kind);
    expect(goesAgain(ending)).toBe(again);
    if (ending.kind === "rejected") expect(ending.unexplained).toBe(false);
  });

  it("is answered by any 2xx where no model was asked", () => {
    const end = response(200, { status: "failed" });
    expect(endingOf(end, { ...QUESTION, isQuestion: false })).toMatchObject({ kind: "answered" });
  });

  it("tells the usage of a body that was handed over", () => {
    const end: WireEnd = { kind: "response", head: { status: 200, headers: {} }, body: new Uint8Array(0) };
    expect(endingOf(end, READ)).toMatchObject({ kind: "answered", reply: { usage: USAGE } });
  });

  it.each([
    ["a cut", cut],
    ["an abort", { kind: "aborted", written: true, head: null }],
  ] satisfies [string, WireEnd][])("never sends again what was handed over: %s", (_what, end) => {
    const ending = endingOf(end, READ);
    expect(ending.kind).toBe("ambiguous");
    expect(goesAgain(ending)).toBe(false);
  });
});
