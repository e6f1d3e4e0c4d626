import { describe, expect, it } from "vitest";
import { headerOf, serverNow } from "../../src/provider/header-values.ts";

const head = (headers: Record<string, string | string[]>) => ({ status: 200, headers });

describe("header values", () => {
  it("are one text, also when repeated alike; when they differ nobody knows which holds", () => {
    expect(headerOf(head({ a: "1" }), "a")).toBe("1");
    expect(headerOf(head({ a: ["1", "1"] }), "a")).toBe("1");
    expect(headerOf(head({ a: ["1", "2"] }), "a")).toBeUndefined();
    expect(headerOf(head({ a: [] }), "a")).toBeUndefined();
    expect(headerOf(head({}), "a")).toBeUndefined();
  });

  it("tell the server's time where it is dated, else ours stands in", () => {
    expect(serverNow(head({ date: "Wed, 25 Nov 2026 12:00:00 GMT" }), () => 5)).toBe(1_795_608_000_000);
    expect(serverNow(head({ date: "yesterday" }), () => 5)).toBe(5);
    expect(serverNow(head({}), () => 5)).toBe(5);
  });
});
