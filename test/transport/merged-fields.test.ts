import { expect, it } from "vitest";
import { MergedFields, type Rule } from "../../src/transport/merged-fields.ts";

it.each<[Rule, unknown[], unknown]>([
  ["text", [null, "a", null, "b", ""], "ab"],
  ["name", ["get_", "time"], "get_time"],
  ["name", ["get_time", "get_time"], "get_time"],
  ["list", [[1], [2, 3], null], [1, 2, 3]],
  ["last", [1, null, 2], 2],
  ["once", ["a", "a", null], "a"],
  ["once", [{ a: [1] }, { a: [1] }], { a: [1] }],
  ["once", ["a", "b"], undefined],
  ["text", [null], null],
])("joins pieces by the rule %s: %j", (rule, pieces, value) => {
  const fields = new MergedFields();
  for (const piece of pieces) fields.add("field", piece, rule);
  expect(fields.toObject().field).toEqual(value);
});

it("takes a hostile name for one like any other", () => {
  const fields = new MergedFields();
  for (const [name, value] of Object.entries(JSON.parse('{"__proto__":{"polluted":true}}'))) {
    fields.add(name, value, "last");
  }
  expect(JSON.stringify(fields.toObject())).toBe('{"__proto__":{"polluted":true}}');
  expect("polluted" in {}).toBe(false);
});
