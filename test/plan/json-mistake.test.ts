import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeJsonMistake, findJsonMistake } from "../../src/plan/json-mistake.ts";

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("the place where JSON breaks", () => {
  it.each([
    ['{"a":1,}', "Unexpected token } at column 8"],
    ["{'a':1}", "Unexpected token ' at column 2"],
    ['{"a":1', "Unexpected end at column 7"],
    ['{"a":"b', "Unexpected end at column 8"],
    ['{"a":"\\x"}', "Unexpected token \\ at column 7"],
    ['["a\tb"]', "Unexpected token U+0009 at column 4"],
    ["[01]", "Unexpected token 1 at column 3"],
    ["[nul]", "Unexpected token ] at column 5"],
    ["[1] x", "Unexpected token x at column 5"],
    ["[-]", "Unexpected token ] at column 3"],
    ['{"a" 1}', "Unexpected token 1 at column 6"],
    ["\ufeff1", "Unexpected token U+FEFF at column 1"],
    ["😀", "Unexpected token 😀 at column 1"],
  ])("of %s", (text, expected) => {
    expect(describeJsonMistake(text)).toBe(`not valid JSON: ${expected}`);
  });

  it("is found exactly when JSON.parse fails", () => {
    const piece = fc.constantFrom(...'{}[]:,"\\ \n-+.eE019tfn/u\u0001', "true", "null", '"a"', "\\u00e4");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join("");
        expect(findJsonMistake(text) === null).toBe(parses(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("is found in JSON that was damaged at one place", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.constantFrom("", "}", '"', ",", "x"), (value, at, damage) => {
        const sound = JSON.stringify(value);
        const place = at % (sound.length + 1);
        const text = sound.slice(0, place) + damage + sound.slice(place + 1);
        expect(findJsonMistake(text) === null).toBe(parses(text));
      }),
    );
  });

  it("is found at the end of a very long string without running out of stack", () => {
    expect(findJsonMistake(`"${"a\\n".repeat(1_000_000)}`)).toBe(3_000_001);
  });
});
