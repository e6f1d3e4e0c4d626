import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/model/errors.ts";
import { asked, CHAT, lineOf, type Options, planned, planner, problemOf } from "./planning.ts";

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
