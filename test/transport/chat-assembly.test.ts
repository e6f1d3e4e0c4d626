import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChatAssembly } from "../../src/transport/chat-assembly.ts";
import { EventStream } from "../../src/transport/event-stream.ts";

const MARK = { assembled_from_stream: true };

function assembled(...events: string[]) {
  const assembly = new ChatAssembly();
  for (const event of events) assembly.take(event);
  return { assembly, body: JSON.parse(Buffer.from(assembly.body(true)).toString()) };
}

/** As in OpenAI's API reference, "Streaming", with usage asked for. */
const OPENAI = [
  `{"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","system_fingerprint":"fp_44709d6fcb","service_tier":"default","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}`,
  `{"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","system_fingerprint":"fp_44709d6fcb","choices":[{"index":0,"delta":{"content":"Hel"},"logprobs":{"content":[{"token":"Hel","logprob":-0.1,"top_logprobs":[]}],"refusal":null},"finish_reason":null}],"usage":null}`,
  `{"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","system_fingerprint":"fp_44709d6fcb","choices":[{"index":0,"delta":{"content":"lo"},"logprobs":{"content":[{"token":"lo","logprob":-0.2,"top_logprobs":[]}],"refusal":null},"finish_reason":null}],"usage":null}`,
  `{"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","system_fingerprint":"fp_44709d6fcb","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}`,
  `{"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","system_fingerprint":"fp_44709d6fcb","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}`,
  "[DONE]",
];

/** xAI: reasoning first, a running usage in every chunk, the citations at the end. */
const XAI = [
  `{"id":"x1","object":"chat.completion.chunk","created":1,"model":"grok-4.3","choices":[{"index":0,"delta":{"role":"assistant","reasoning_content":"Thin"}}],"usage":{"prompt_tokens":5,"completion_tokens":0,"total_tokens":5}}`,
  `{"id":"x1","object":"chat.completion.chunk","created":1,"model":"grok-4.3","choices":[{"index":0,"delta":{"reasoning_content":"king"}}]}`,
  `{"id":"x1","object":"chat.completion.chunk","created":1,"model":"grok-4.3","choices":[{"index":0,"delta":{"content":"42"}}]}`,
  `{"id":"x1","object":"chat.completion.chunk","created":1,"model":"grok-4.3","choices":[{"index":0,"delta":{"content":"!"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":30,"cost_in_usd_ticks":77},"citations":["https://x.ai"]}`,
  "[DONE]",
];

describe("the chunks of a stream become the body that would have been sent at once:", () => {
  it("OpenAI's", () => {
    const { assembly, body } = assembled(...OPENAI);
    expect(assembly.state).toBe("done");
    expect(body).toEqual({
      id: "chatcmpl-123",
      object: "chat.completion",
      created: 1694268190,
      model: "gpt-4o-mini",
      system_fingerprint: "fp_44709d6fcb",
      service_tier: "default",
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: "Hello", refusal: null },
          logprobs: {
            content: [
              { token: "Hel", logprob: -0.1, top_logprobs: [] },
              { token: "lo", logprob: -0.2, top_logprobs: [] },
            ],
            refusal: null,
          },
          finish_reason: "stop",
        },
      ],
      usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
      sluice: MARK,
    });
  });

  it("xAI's", () => {
    expect(assembled(...XAI).body).toEqual({
      id: "x1",
      object: "chat.completion",
      created: 1,
      model: "grok-4.3",
      choices: [
        {
          index: 0,
          message: { role: "assistant", reasoning_content: "Thinking", content: "42!" },
          finish_reason: "stop",
        },
      ],
      usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 30, cost_in_usd_ticks: 77 },
      citations: ["https://x.ai"],
      sluice: MARK,
    });
  });

  it("several choices, in the order of their index", () => {
    const { body } = assembled(
      '{"choices":[{"index":1,"delta":{"content":"b"}}]}',
      '{"choices":[{"index":0,"delta":{"content":"a"}},{"index":1,"delta":{"content":"B"}}]}',
    );
    const texts = body.choices.map((choice: { message: { content: string } }) => choice.message.content);
    expect(texts).toEqual(["a", "bB"]);
  });

  it("the same however the bytes are cut", () => {
    const bytes = Buffer.from(XAI.map((data) => `data: ${data}\r\n\r\n`).join(""));
    const { body } = assembled(...XAI);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
        const assembly = new ChatAssembly();
        const stream = new EventStream((data) => assembly.take(data));
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        for (const [index, end] of places.slice(1).entries()) stream.take(bytes.subarray(places[index], end));
        expect(JSON.parse(Buffer.from(assembly.body(true)).toString())).toEqual(body);
      }),
    );
  });
});

describe("a stream", () => {
  it("is whole without its terminator once every choice is finished and the usage is told", () => {
    expect(assembled(...OPENAI.slice(0, -2)).assembly.isWhole).toBe(false);
    expect(assembled(...OPENAI.slice(0, -1)).assembly.isWhole).toBe(true);
  });

  it("that tells an error keeps what came before, with the error", () => {
    const { assembly, body } = assembled(
      ...OPENAI.slice(0, 2),
      '{"error":{"message":"overloaded"}}',
      "[DONE]",
    );
    expect(assembly.state).toBe("failed");
    expect(body).toMatchObject({
      choices: [{ message: { content: "Hel" } }],
      error: { message: "overloaded" },
    });
  });

  it.each(["no JSON", "[1]", "null"])("is unreadable with an event such as %s", (event) => {
    expect(assembled(event).assembly.state).toBe("unreadable");
  });

  it("that is cut is marked so", () => {
    const { assembly } = assembled(...OPENAI.slice(0, 2));
    expect(JSON.parse(Buffer.from(assembly.body(false)).toString()).sluice).toEqual({
      ...MARK,
      complete: false,
    });
  });
});
