import { describe, expect, it } from "vitest";
import { asked, planned, problemOf } from "./planning.ts";

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
