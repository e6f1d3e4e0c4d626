import { describe, expect, it } from "vitest";
import { CHAT, planned, problemOf } from "./planning.ts";

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
