import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/model/errors.ts";
import type { PlanRow } from "../../src/model/ledger.ts";
import type { Request } from "../../src/model/request.ts";
import { createPlanner, type PlannerOptions } from "../../src/plan/index.ts";

type Options = Partial<PlannerOptions>;

const lineOf = (text: string | Uint8Array, line = 1) => ({ line, offset: 0, bytes: Buffer.from(text) });
const planner = (options: Options) => createPlanner({ kind: "jsonl", ...options });

function asked(options: Options, row: string | object): Request & { text: string; json: unknown } {
  const text = typeof row === "string" ? row : JSON.stringify(row);
  const request = planner(options).request(Buffer.from(text), 1);
  if ("problem" in request) throw new Error(request.problem);
  const body = Buffer.from(request.body).toString();
  return { ...request, text: body, json: JSON.parse(body) };
}
function planned(options: Options, row: string | object): PlanRow {
  return planner(options).plan(lineOf(typeof row === "string" ? row : JSON.stringify(row)));
}
const problemOf = (options: Options, row: string | object) => planned(options, row).problem;

const CHAT = { model: "m1", messages: [{ role: "user", content: "hi" }] };

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

describe("a given body", () => {
  it("is sent byte for byte where no option is about it", () => {
    const body =
      '{"model":"m1" ,"seed":9007199254740993,"messages":[{"role":"user","content":"\\ud800"}],"x":1.0}';
    expect(asked({}, body).text).toBe(body);
    expect(asked({}, ` {"url":"/v1/chat/completions","body":${body} }`).text).toBe(body);
    expect(asked({ model: "m2" }, body).text).toBe(body.replace("m1", "m2"));
    expect(asked({ model: "m1" }, body).text).toBe(body);
  });

  it("loses stream, custom_id and the --id column, but no other member", () => {
    const row =
      '{"custom_id":"a","id":7,"stream":true,"stream_options":{},"model":"m","messages":[],"odd":1}';
    expect(asked({}, row).text).toBe('{"id":7,"model":"m","messages":[],"odd":1}');
    expect(asked({ idColumn: "id" }, row).text).toBe('{"model":"m","messages":[],"odd":1}');
    const user = '{"model":"m","messages":[],"user":"u1"}';
    expect(asked({ idColumn: "user" }, user).text).toBe(user);
  });

  it("takes the options' values over its own", () => {
    const row = { ...CHAT, temperature: 1, max_tokens: 9, n: 3 };
    const options: Options = {
      model: "m2",
      temperature: 0,
      maxTokens: 5,
      params: { top_p: 0.5, stop: ["x"] },
    };
    expect(asked(options, row)).toMatchObject({
      model: "m2",
      maxTokens: 5,
      samples: 3,
      json: { ...CHAT, model: "m2", temperature: 0, max_tokens: 5, n: 3, top_p: 0.5, stop: ["x"] },
    });
    const newer = asked({ ...options, maxTokensField: "max_completion_tokens" }, row);
    expect(newer.json).toMatchObject({ max_completion_tokens: 5 });
    expect(newer.json).not.toHaveProperty("max_tokens");
  });

  it("gets the system message in front, or in place of its own", () => {
    const before = asked({ system: "S" }, CHAT);
    expect(before.json).toEqual({ ...CHAT, messages: [{ role: "system", content: "S" }, ...CHAT.messages] });
    const own = {
      model: "m",
      messages: [{ role: "developer", content: ["x"], name: "n" }, ...CHAT.messages],
    };
    expect(asked({ system: "S" }, own).json).toEqual({
      model: "m",
      messages: [{ role: "developer", content: "S", name: "n" }, ...CHAT.messages],
    });
    expect(asked({ system: "S" }, { model: "m", messages: [] }).json).toEqual({
      model: "m",
      messages: [{ role: "system", content: "S" }],
    });
    expect(asked({ system: "for {{ user }}" }, { ...CHAT, user: "u" }).text).toContain('"content":"for u"');
  });

  it("is refused when it would be answered elsewhere", () => {
    expect(problemOf({}, { ...CHAT, deferred: true })).toContain('"deferred" cannot be sent');
    expect(problemOf({}, { url: "/v1/responses", body: { model: "m", background: true } })).toContain(
      '"background" cannot be sent',
    );
    expect(asked({}, { ...CHAT, deferred: false }).json).toEqual({ ...CHAT, deferred: false });
  });

  it("tells the model, the cap and the samples it asks for", () => {
    expect(asked({}, { ...CHAT, max_completion_tokens: 7, max_tokens: 9, n: 2 })).toMatchObject({
      model: "m1",
      maxTokens: 7,
      samples: 2,
    });
    expect(asked({}, { ...CHAT, max_tokens: "many", n: 0 })).toMatchObject({ maxTokens: null, samples: 1 });
    expect(asked({ model: "m", maxTokens: 4, params: { n: 2 } }, '"x"')).toMatchObject({
      maxTokens: 4,
      samples: 2,
    });
  });
});

describe("paths", () => {
  it("lose a leading /v1, which the base address holds", () => {
    const at = (url: string, keepVersion = false) =>
      asked({ keepVersion }, { url, body: { model: "m" } }).path;
    expect(at("/v1/chat/completions")).toBe("/chat/completions");
    expect(at("chat/completions")).toBe("/chat/completions");
    expect(at("/v1beta/x?y=1")).toBe("/v1beta/x?y=1");
    expect(at("/v1/x", true)).toBe("/v1/x");
  });

  it.each(["https://evil.example/v1/x", "//evil.example/x", "HTTP://a/b"])("never lead away: %s", (url) => {
    expect(problemOf({}, { url, body: { model: "m" } })).toContain("is an absolute address");
  });

  it.each(["/v1/../admin", "/a b", "/a\r\nHost: x", "/ü", "", "/", "/v1", "\\\\x\\y", "/a#b", "/.."])(
    "are plain: %j is refused",
    (url) => {
      expect(problemOf({}, { url, body: { model: "m" } })).toContain("is not a plain path");
    },
  );

  it("take POST only", () => {
    const line = { url: "/v1/x", body: { model: "m" } };
    expect(problemOf({}, { ...line, method: "GET" })).toBe("method must be POST");
    expect(planned({}, { ...line, method: "POST" }).kind).toBe("request");
    expect(problemOf({}, { ...line, url: 7 })).toBe("url is no text");
  });
});

describe("identity", () => {
  it("is the custom_id, else the request", () => {
    const named = planned({}, { ...CHAT, custom_id: "a" });
    expect(named).toMatchObject({ customId: "a", keyGiven: true, lane: "m1" });
    const other = planned({}, { model: "m9", messages: [], custom_id: "a" });
    expect(other.key).toEqual(named.key);
    expect(other.requestHash).not.toEqual(named.requestHash);
    const unnamed = planned({}, CHAT);
    expect(unnamed).toMatchObject({ customId: null, keyGiven: false });
    expect(unnamed.key).toEqual(unnamed.requestHash);
    expect([unnamed.key, unnamed.sourceHash, named.key].map((hash) => hash.length)).toEqual([16, 16, 16]);
  });

  it("is the same request in whatever rule it was written", () => {
    const wrapped = planned({}, { url: "/v1/chat/completions", body: CHAT });
    expect(wrapped.requestHash).toEqual(planned({}, CHAT).requestHash);
    expect(wrapped.sourceHash).not.toEqual(planned({}, CHAT).sourceHash);
  });

  it("keeps a number's digits apart and two lone surrogates too", () => {
    const key = (id: string) => planned({}, `{"custom_id":${id},"model":"m","messages":[]}`);
    expect(key("9007199254740993").customId).toBe("9007199254740993");
    expect(key("9007199254740992").key).not.toEqual(key("9007199254740993").key);
    expect(key("7").key).toEqual(key('"7"').key);
    expect(key('"\\ud800"').key).not.toEqual(key('"\\ud801"').key);
    const columns = planned({ prompt: "{{ q }}", model: "m", idColumn: "q" }, '{"q":12345678901234567890}');
    expect(columns.customId).toBe("12345678901234567890");
  });

  it("is refused when it is no name", () => {
    const id = (custom_id: unknown) => problemOf({}, { ...CHAT, custom_id });
    expect(id("")).toBe("custom_id is empty");
    expect(id(true)).toBe("custom_id is no text and no number");
    expect(id({})).toBe("custom_id is no text and no number");
    expect(id("x".repeat(513))).toBe("custom_id is longer than 512 characters");
    expect(planned({}, { ...CHAT, custom_id: null }).keyGiven).toBe(false);
    expect(planned({}, { ...CHAT, custom_id: "x".repeat(512) }).kind).toBe("request");
  });

  it("is the --id column where one is named, before any custom_id", () => {
    const options = { idColumn: "id", prompt: "{{ q }}", model: "m" };
    expect(planned(options, { id: "x", custom_id: "y", q: 1 }).customId).toBe("x");
    expect(problemOf(options, { Id: 1, q: 1 })).toBe(
      "--id: no column 'id'; did you mean 'Id'? columns: Id, q",
    );
    expect(problemOf(options, { id: "", q: 1 })).toBe("id is empty");
    expect(problemOf(options, { id: null, q: 1 })).toBe("id is null");
    expect(planned({ kind: "text", model: "m", idColumn: "text" }, "hello").customId).toBe("hello");
  });

  it("stays with a bad row", () => {
    expect(planned({}, { custom_id: "a", url: "//x", body: {} })).toMatchObject({
      kind: "invalid",
      customId: "a",
    });
  });
});

describe("a planner", () => {
  it("names the remedy for a missing model", () => {
    expect(problemOf({}, '"hi"')).toContain("no model is named; give --model");
    expect(problemOf({}, { messages: [], model: 7 })).toContain("give --model");
    expect(planned({ prompt: "{{ q }}" }, { q: 1, model: "own" }).lane).toBe("own");
  });

  it("places broken JSON without quoting the row", () => {
    expect(problemOf({}, '{"secret": "x",}')).toBe("not valid JSON: Unexpected token } at column 16");
    expect(planner({}).plan(lineOf(Buffer.from([0x22, 0xff, 0x22]))).problem).toContain("not UTF-8");
  });

  it("keeps a blank line's place", () => {
    for (const blank of ["", "  ", "\t\r"]) expect(planned({}, blank).kind).toBe("blank");
  });

  it("counts what options take from the rows", () => {
    const rows = planner({ model: "m2", system: "S", temperature: 0 });
    rows.plan(lineOf(JSON.stringify({ ...CHAT, temperature: 1, stream: true })));
    rows.plan(lineOf(JSON.stringify({ model: "m1", messages: [{ role: "system", content: "own" }] })));
    rows.plan(lineOf(JSON.stringify({ model: "m2", temperature: 0, messages: [] })));
    rows.request(Buffer.from(JSON.stringify(CHAT)), 4);
    expect(rows.replacements()).toEqual({
      models: [{ from: "m1", rows: 2 }],
      system: 1,
      params: [{ name: "temperature", rows: 1 }],
      stream: 1,
      nulls: 0,
    });
    const nulls = planner({ model: "m", prompt: "{{ a }}" });
    nulls.plan(lineOf('{"a":null}'));
    expect(nulls.replacements().nulls).toBe(1);
  });

  it("adds up what the rows ask for, by model", () => {
    const rows = planner({});
    const bodies = [{ ...CHAT, max_tokens: 5, n: 2 }, CHAT].map((body) => JSON.stringify(body));
    for (const body of bodies) rows.plan(lineOf(body));
    const size = { bodyBytes: bodies.join("").length, maxOutputTokens: 10, uncapped: 1, samples: 3 };
    expect([...rows.estimates()]).toEqual([
      ["m1", { rows: 2, ...size, openEnded: 0, dearestOpenEnded: 0, unbounded: 0 }],
    ]);
  });

  it("counts the rows whose cost nothing of their own bounds, where it is told what does", () => {
    const bounds = [
      { most: 9, capped: true },
      { most: 5, capped: false },
      { most: 7, capped: false },
      { most: null, capped: false },
    ];
    const rows = planner({ costBound: () => bounds.shift() ?? { most: null, capped: true } });
    for (const _ of [...bounds]) rows.plan(lineOf(JSON.stringify(CHAT)));
    const counted = { rows: 4, openEnded: 3, dearestOpenEnded: 7, unbounded: 1 };
    expect(rows.estimates().get("m1")).toMatchObject(counted);
  });

  it("makes the same request again, and notices a row whose bytes changed", () => {
    const rows = planner({ model: "m", prompt: "{{ q }}" });
    const row = rows.plan(lineOf('{"q":"a"}', 3));
    const again = rows.again(Buffer.from('{"q":"a"}'), row);
    expect("problem" in again ? again.problem : again.model).toBe("m");
    const changed = { problem: expect.stringContaining("line 3 changed after it was read") };
    expect(rows.again(Buffer.from('{"q":"b"}'), row)).toEqual(changed);
    expect(rows.again(Buffer.from('{"q":"'), row)).toEqual(changed);
  });

  it("gives an arriving row with its request, in a buffer of its own", () => {
    const body = Buffer.from(`${JSON.stringify(CHAT)}${" ".repeat(100_000)}`);
    const { plan, request } = planner({}).arrive({ line: 1, offset: 0, bytes: body });
    expect(plan.kind).toBe("request");
    expect(Buffer.from(request?.body ?? []).toString()).toBe(JSON.stringify(CHAT));
    expect(request?.body.buffer.byteLength).toBeLessThan(100_000);
    expect(planner({}).arrive(lineOf("x")).request).toBeNull();
  });

  it("refuses what cannot be streamed, and knows a row by the same name whether it is or not", () => {
    const embedding = { url: "/v1/embeddings", body: { model: "e", input: "x" } };
    expect(problemOf({ stream: true }, embedding)).toContain("--stream is for chat completions");
    expect(problemOf({}, embedding)).toBeNull();
    expect(planned({ stream: true }, CHAT)).toEqual(planned({}, CHAT));
    expect(planner({ stream: true }).settings()).toBe(planner({}).settings());
  });

  it("describes its settings the same however they were typed", () => {
    const a = planner({ model: "m", params: { b: 1, a: 2 }, temperature: 0 }).settings();
    expect(planner({ temperature: 0, params: { a: 2, b: 1 }, model: "m" }).settings()).toBe(a);
    expect(JSON.parse(a)).toMatchObject({ model: "m", prompt: null, params: { a: 2, b: 1, temperature: 0 } });
    expect(planner({ model: "m2" }).settings()).not.toBe(planner({ model: "m" }).settings());
  });

  it("describes its settings without a prompt in them", () => {
    const secret = "a sentence of the user's own that is no name of anything";
    const settings = (text: string) =>
      planner({
        prompt: `{{ q }} ${text}`,
        system: text,
        params: { tools: [{ instructions: text }] },
      }).settings();
    expect(settings(secret)).not.toContain("sentence");
    expect(settings(secret)).toBe(settings(secret));
    expect(settings(secret)).not.toBe(settings(`${secret}!`));
  });

  it.each<[Options, string]>([
    [{ prompt: "Hello" }, "--prompt names no column"],
    [{ prompt: "Answer {question}" }, "{{ question }}"],
    [{ prompt: "{{ a" }, "--prompt, line 1"],
    [{ system: "{{ a b }}" }, "--system, line 1"],
    [{ params: { model: "x" } }, "--param model cannot be set: use --model"],
    [{ params: { stream: true } }, "--param stream cannot be set: use --stream"],
    [{ params: { temperature: 1 }, temperature: 0 }, "say the same"],
    [{ params: { max_completion_tokens: 1 }, maxTokens: 1 }, "--max-tokens"],
    [{ params: { max_output_tokens: 1 }, maxTokens: 1 }, "--max-tokens"],
    [{ params: { x: undefined } }, "is no JSON value"],
    [{ endpoint: "https://api.example/v1/x" }, "--endpoint https://api.example/v1/x is an absolute address"],
  ])("refuses the options %j", (options, sentence) => {
    expect(() => planner(options)).toThrow(UsageError);
    expect(() => planner(options)).toThrow(sentence);
  });

  it("is harmed by no depth and no special name", () => {
    const deep = "[".repeat(300_000) + "]".repeat(300_000);
    expect(asked({ model: "m2" }, `{"model":"m","messages":[],"x":${deep}}`).model).toBe("m2");
    const rendered = planned({ model: "m", prompt: "{{ x }}" }, `{"x":${deep}}`);
    expect(rendered.problem).toMatch(/nested too deeply|cannot be rendered/);
    expect(planned({ model: "m", prompt: "{{ x }}" }, `{"x":1e999,"y":${deep}}`).problem).toContain("deeply");
    expect(asked({}, '{"__proto__":{"stream":true},"model":"m","messages":[]}').text).toContain(
      '"__proto__"',
    );
    expect(problemOf({ model: "m" }, '{"__proto__":{"messages":[]}}')).toContain("--prompt");
    expect(Object.hasOwn(Object.prototype, "messages")).toBe(false);
  });

  it("plans or refuses any bytes, and makes the same request twice", () => {
    const planners = [
      planner({ model: "m" }),
      planner({ model: "m", kind: "text", prompt: "{{ text }}" }),
      planner({ model: "m", prompt: "{{ a }}", system: "{{ b }}", idColumn: "a" }),
      planner({ endpoint: "/v1/embeddings", maxTokens: 3, system: "s" }),
    ];
    const member = fc.constantFrom(
      "a",
      "b",
      "url",
      "body",
      "messages",
      "model",
      "custom_id",
      "method",
      "stream",
    );
    const rowLike = fc.dictionary(
      member,
      fc.oneof(fc.jsonValue(), fc.constant("/v1/x"), fc.constant({ model: "m" })),
    );
    const anyLine = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.json().map((text) => Buffer.from(text)),
      rowLike.map((row) => Buffer.from(JSON.stringify(row))),
    );
    fc.assert(
      fc.property(anyLine, fc.constantFrom(...planners), (bytes, made) => {
        const row = made.plan({ line: 1, offset: 0, bytes });
        expect(["request", "blank", "invalid"]).toContain(row.kind);
        expect(row.problem === null).toBe(row.kind !== "invalid");
        if (row.kind === "request") expect("problem" in made.again(bytes, row)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
