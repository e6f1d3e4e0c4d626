import { describe, expect, it } from "vitest";
import { StreamUsage } from "../../src/provider/index.ts";

function usageOf(text: string, pieceLength = text.length) {
  const usage = new StreamUsage();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceLength) usage.take(bytes.subarray(at, at + pieceLength));
  return usage.usage();
}

const events = (...data: unknown[]) => data.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
const CHAT = `${events(
  { choices: [{ delta: { content: "ö" } }], usage: null },
  {
    choices: [{ delta: { content: "x" } }],
    usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
  },
  { choices: [], usage: { prompt_tokens: 9, completion_tokens: 40, total_tokens: 49 } },
  { choices: [], usage: null },
)}data: [DONE]\n\n`;

describe("the usage in a stream", () => {
  it.each([1, 7, 64, 10_000])("is the last one that is not null, in pieces of %i bytes", (length) => {
    expect(usageOf(CHAT, length)).toMatchObject({ inputTokens: 9, outputTokens: 40, totalTokens: 49 });
  });

  it("stands in the event that ends an answer of the Responses API", () => {
    const usage = { input_tokens: 3, output_tokens: 5, total_tokens: 8 };
    const text = events({ type: "response.created", response: { usage: null } }, { response: { usage } });
    expect(usageOf(text)).toMatchObject({ inputTokens: 3, outputTokens: 5 });
  });

  it("is put together from the first and the last event of the Messages API", () => {
    const text = events(
      { type: "message_start", message: { usage: { input_tokens: 25, output_tokens: 1 } } },
      { type: "message_delta", delta: {}, usage: { output_tokens: 15 } },
    );
    expect(usageOf(text.replaceAll("\n", "\r\n"))).toMatchObject({ inputTokens: 25, outputTokens: 15 });
  });

  it("is read from a last line that does not end", () => {
    expect(usageOf('data: {"usage":{"prompt_tokens":1,"completion_tokens":2}}')).toMatchObject({
      inputTokens: 1,
      outputTokens: 2,
    });
  });

  it("is unknown where nobody tells it, or tells nonsense", () => {
    expect(usageOf(events({ choices: [] }))).toBeNull();
    expect(usageOf('data: {"usage": nonsense\n\nevent: "usage"\n\ndata: "usage"\n\n')).toBeNull();
  });

  it("is found behind a line that is longer than any count", () => {
    const image = `data: ${"x".repeat(3_000_000)}\n\n`;
    const tail = events({ usage: { prompt_tokens: 1, completion_tokens: 2 } });
    expect(usageOf(image + tail, 65_536)).toMatchObject({ outputTokens: 2 });
  });
});
