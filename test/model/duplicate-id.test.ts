import { expect, it } from "vitest";
import { placesOf } from "../../src/model/duplicate-id.ts";

it.each([
  [{ lines: [1, 4, 9] }, "in lines 1, 4, 9"],
  [{ lines: [1], labelOf: 2 }, "in line 1, and as the label of line 2, which has no id"],
])("the places of an id are told: %j", (where, told) => {
  expect(placesOf({ customId: "request-2", ...where })).toBe(told);
});
