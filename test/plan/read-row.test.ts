import { describe, expect, it } from "vitest";
import { asked, CHAT, type Options, problemOf } from "./planning.ts";

describe("a row is read by the first rule that fits", () => {
  it("1: an object with url and body is a Batch line, also beside --prompt", () => {
    const line = { custom_id: "a", method: "POST", url: "/v1/embeddings", body: { model: "e", input: "x" } };
    for (const options of [{}, { prompt: "{{ q }}" }, { endpoint: "/v1/responses" }]) {
      const request = asked(options, line);
      expect([request.path, request.model, request.json]).toEqual(["/embeddings", "e", line.body]);
    }
  });

  it("2: with --prompt an object is a row of columns, whatever its members", () => {
    const request = asked({ prompt: "Q {{ q }}", model: "m" }, { q: "x", messages: [] });
    expect(request.path).toBe("/chat/completions");
    expect(request.text).toBe('{"model":"m","messages":[{"role":"user","content":"Q x"}]}');
  });

  it("2: a table of web pages has columns url and body, and is no Batch line", () => {
    const page = { url: "https://example.org/", body: "text" };
    expect(asked({ prompt: "{{ body }}", model: "m" }, page).text).toContain('"content":"text"');
    expect(problemOf({}, page)).toBe("body is no JSON object");
  });

  it("3: an object with messages is a chat body, also beside --endpoint", () => {
    expect(asked({}, CHAT)).toMatchObject({ path: "/chat/completions", json: CHAT });
    expect(asked({ endpoint: "/v1/embeddings" }, CHAT).path).toBe("/chat/completions");
    expect(asked({ endpoint: "/v1/messages" }, CHAT).path).toBe("/messages");
    expect(problemOf({}, { model: "m", messages: "hi" })).toBe("messages is no list");
  });

  it("4: a JSON string, or a line of text, is one user prompt", () => {
    const expected = '{"model":"m","messages":[{"role":"user","content":"say \\"hi\\""}]}';
    expect(asked({ model: "m" }, '"say \\"hi\\""').text).toBe(expected);
    expect(asked({ model: "m", kind: "text" }, 'say "hi"').text).toBe(expected);
    expect(asked({ model: "m", kind: "text" }, '{"not":"read"}').text).toContain('"{\\"not\\":\\"read\\"}"');
  });

  it("4: a line of text has the columns text and line for a template", () => {
    expect(asked({ model: "m", kind: "text", prompt: "{{ line }}: {{ text }}" }, "hi").text).toContain(
      '"content":"1: hi"',
    );
    expect(asked({ model: "m", prompt: "{{ text }}?" }, '"hi"').text).toContain('"content":"hi?"');
  });

  it("5: with --endpoint any other object is that endpoint's body", () => {
    const row = '{"model":"e", "input":"x"}';
    expect(asked({ endpoint: "/v1/embeddings" }, row)).toMatchObject({ path: "/embeddings", text: row });
  });

  it("else names both remedies", () => {
    expect(problemOf({ model: "m" }, { q: 1 })).toMatch(/--prompt .* --endpoint/);
    expect(problemOf({ model: "m" }, "[1]")).toBe("a JSON array is no row; give an object or a string");
    expect(problemOf({ model: "m" }, "7")).toContain("a number is no row");
    expect(problemOf({ model: "m", prompt: "{{ a }}" }, "1e400")).toContain("a number is no row");
    expect(problemOf({ model: "m" }, "null")).toContain("null is no row");
  });

  it("shapes a prompt as the asked endpoint takes it", () => {
    const prompt = (endpoint: string, more: Options = {}) =>
      asked({ model: "m", endpoint, ...more }, '"p"').json;
    expect(prompt("/v1/embeddings", { maxTokens: 5 })).toEqual({ model: "m", input: "p" });
    expect(prompt("/v1/responses", { system: "s", maxTokens: 5, reasoningEffort: "low" })).toEqual({
      model: "m",
      input: "p",
      instructions: "s",
      max_output_tokens: 5,
      reasoning: { effort: "low" },
    });
    expect(prompt("/v1/completions")).toEqual({ model: "m", prompt: "p" });
    expect(problemOf({ model: "m", endpoint: "/v1/odd" }, '"p"')).toContain("no known shape at /odd");
    expect(problemOf({ model: "m", endpoint: "/v1/embeddings", system: "s" }, '"p"')).toContain("--system");
  });
});
