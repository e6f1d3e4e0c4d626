import { describe, expect, it } from "vitest";
import { textsOf, toOutcome } from "../../src/model/answer.ts";
import type { SettledRow } from "../../src/model/outcome.ts";

const chat = (...contents: unknown[]) => ({ choices: contents.map((content) => ({ message: { content } })) });

function settled(body: unknown, facts: Partial<SettledRow> = {}): SettledRow {
  return {
    index: 3,
    line: 4,
    customId: null,
    status: "answered",
    httpStatus: 200,
    requestId: "req-1",
    body: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
    error: null,
    finishReason: "stop",
    usage: null,
    cost: 12_500_000,
    costSource: "provider",
    attempts: 2,
    offset: 0,
    length: 0,
    ...facts,
  };
}

describe("an outcome", () => {
  it("has the first choice's text as text, and all of them as texts", () => {
    expect(toOutcome(settled(chat("one", "two")), "row")).toMatchObject({
      status: "answered",
      index: 3,
      text: "one",
      texts: ["one", "two"],
      request: "row",
      requestId: "req-1",
      cost: 0.00125,
      attempts: 2,
    });
  });

  it.each([
    ["a tool call alone", chat(null), null, [""]],
    ["an empty answer", chat(""), "", [""]],
    [
      "parts",
      chat([{ type: "text", text: "a" }, { type: "image_url" }, { type: "text", text: "b" }]),
      "ab",
      ["ab"],
    ],
    ["a completion", { choices: [{ text: "done" }] }, "done", ["done"]],
    [
      "a response, reasoning left out",
      {
        output: [
          { type: "reasoning", content: [{ type: "reasoning_text", text: "hm" }] },
          { type: "message", content: [{ type: "output_text", text: "yes" }] },
        ],
      },
      "yes",
      ["yes"],
    ],
    ["an embedding", { data: [{ embedding: [1] }] }, null, []],
  ])("reads %s", (_, body, text, texts) => {
    expect(toOutcome(settled(body), null)).toMatchObject({ text, texts });
    expect(textsOf(body)).toEqual(texts);
  });

  it("that is no answer has an error and no text, whatever the body says", () => {
    const facts = {
      status: "rejected",
      httpStatus: 400,
      error: { code: "http-400", message: "no" },
    } as const;
    expect(toOutcome(settled(chat("text"), facts), null)).toMatchObject({
      status: "rejected",
      text: null,
      texts: [],
      body: chat("text"),
      error: { code: "http-400" },
    });
    expect(toOutcome(settled("<html>", facts), null).body).toBe("<html>");
    expect(toOutcome(settled("", { ...facts, body: null, cost: null }), null)).toMatchObject({
      body: undefined,
      cost: null,
    });
  });
});
