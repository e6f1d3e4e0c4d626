import { expect, it } from "vitest";
import { parameterValue } from "../../src/app/parameter-value.ts";

it("takes JSON where it parses, else the text as it stands", () => {
  expect(["7", "true", "null", '"7"', "[1,{}]", "hello", "", "{"].map(parameterValue)).toEqual([
    ...[7, true, null, "7", [1, {}], "hello", "", "{"],
  ]);
});

it("keeps the digits of a number that a double cannot hold", () => {
  expect(JSON.stringify(parameterValue('{"seed":9007199254740993}'))).toBe('{"seed":9007199254740993}');
});
