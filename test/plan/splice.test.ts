import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { membersOf, skipBlank, trimmed } from "../../src/plan/json-members.ts";
import { editFirstElement, editObject, prependElement } from "../../src/plan/splice.ts";

const edit = (text: string, set: Record<string, string>, remove: string[] = []) =>
  Buffer.from(
    editObject(Buffer.from(text), { set: new Map(Object.entries(set)), remove: new Set(remove) }),
  ).toString();

describe("splicing members", () => {
  it("leaves every other byte as it was written", () => {
    const body = '{ "model" : "a",\n "seed":9007199254740993, "x":"\\ud800", "n":1.50 }';
    expect(edit(body, { model: '"b"' })).toBe(body.replace('"a"', '"b"'));
    expect(edit(body, { top_p: "1" })).toBe(body.replace("1.50 }", '1.50,"top_p":1 }'));
  });

  it("takes the right comma along with a member that goes", () => {
    expect(edit('{"a":1,"b":2,"c":3}', {}, ["a"])).toBe('{"b":2,"c":3}');
    expect(edit('{"a":1,"b":2,"c":3}', {}, ["b"])).toBe('{"a":1,"c":3}');
    expect(edit('{"a":1,"b":2,"c":3}', {}, ["c"])).toBe('{"a":1,"b":2}');
    expect(edit('{"a":1,"b":2,"c":3}', {}, ["a", "b", "c"])).toBe("{}");
    expect(edit('{"a":1,"b":2}', { d: "4" }, ["a", "b"])).toBe('{"d":4}');
    expect(edit("{ }", { d: "4" })).toBe('{"d":4 }');
  });

  it("means the last of a repeated name and leaves no other behind", () => {
    expect(edit('{"a":1,"b":2,"a":3}', { a: "9" })).toBe('{"b":2,"a":9}');
    expect(edit('{"a":1,"b":2,"a":3}', {}, ["a"])).toBe('{"b":2}');
  });

  it("knows a name in whatever way it is escaped", () => {
    expect(edit('{"\\u0073tream":true,"b":"\\"}"}', {}, ["stream"])).toBe('{"b":"\\"}"}');
  });

  // No name that is one backslash: after it, V8 13.6 reads the name `\"` of a like object as a backslash too.
  const name = fc.constantFrom<string[]>("a", "b", "model", "stream", '"', "\\\\", "ü", "__proto__x");
  const json = fc
    .json()
    .filter((text) => !text.includes("\\"))
    .map((text): unknown => JSON.parse(text));
  const object = fc.dictionary(name, json, { noNullPrototype: true });
  const spaced = fc.constantFrom(undefined, 1, "\t");

  it("parses to the same object as an edit of the parsed object", () => {
    fc.assert(
      fc.property(object, object, fc.array(name), spaced, (body, changes, remove, space) => {
        const set = Object.entries(changes).filter(([key]) => !remove.includes(key));
        const expected: Record<string, unknown> = { ...body, ...Object.fromEntries(set) };
        for (const key of remove) delete expected[key];
        const json = Object.fromEntries(set.map(([key, value]) => [key, JSON.stringify(value)]));
        const spliced = edit(JSON.stringify(body, null, space), json, remove);
        expect(JSON.parse(spliced)).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
    );
  });

  it("finds each member's value where it stands", () => {
    fc.assert(
      fc.property(object, spaced, (body, space) => {
        const bytes = Buffer.from(JSON.stringify(body, null, space));
        const found = membersOf(bytes, skipBlank(bytes, 0)).map(({ name, valueStart, valueEnd }) => [
          name,
          JSON.parse(bytes.subarray(valueStart, valueEnd).toString()),
        ]);
        expect(found).toEqual(Object.entries(JSON.parse(bytes.toString())));
      }),
    );
  });

  it("edits and prepends elements of a list", () => {
    const list = Buffer.from('[ {"role":"system","content":[1,"]"]}, 2 ]');
    const edits = { set: new Map([["content", '"x"']]), remove: new Set<string>() };
    expect(Buffer.from(editFirstElement(list, edits)).toString()).toBe(
      '[ {"role":"system","content":"x"}, 2 ]',
    );
    expect(Buffer.from(prependElement(Buffer.from("[1]"), "0")).toString()).toBe("[0,1]");
    expect(Buffer.from(prependElement(Buffer.from("[ ]"), "0")).toString()).toBe("[0 ]");
  });

  it("is not stopped by depth", () => {
    const deep = `{"a":${"[".repeat(200_000)}${"]".repeat(200_000)},"b":1}`;
    expect(edit(deep, { b: "2" })).toBe(deep.replace('"b":1', '"b":2'));
  });

  it("trims white space around a value and nothing else", () => {
    expect(Buffer.from(trimmed(Buffer.from(' \t{"a":" "} '))).toString()).toBe('{"a":" "}');
    expect(trimmed(Buffer.from("  "))).toHaveLength(0);
  });
});
