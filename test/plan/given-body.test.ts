import { describe, expect, it } from "vitest";
import { asked, CHAT, type Options, problemOf } from "./planning.ts";

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
