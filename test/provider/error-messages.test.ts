import { describe, expect, it } from "vitest";
import { classified } from "./wire.ts";

describe("messages", () => {
  it("are one line of at most 500 characters, without control characters and keys", () => {
    const long = `bad\u001b[31m\n\u202ekey xai-abcdefghijklmnop and sk-proj-12345678 and Bearer abc.def ${"x".repeat(2000)}`;
    const { message } = classified("openai", 400, { error: { message: long } });
    expect(message.length).toBeLessThanOrEqual(500);
    expect(message).toMatch(/^bad \[31m key \[key\] and \[key\] and \[key\] xxx/);
    expect(message).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });

  it("come from an HTML page's title, and say so when there is none at all", () => {
    expect(classified("xai", 502, "<html><head><title>Bad gateway</title></head>").message).toBe(
      "Bad gateway",
    );
    expect(classified("xai", 500, "").message).toBe("xAI answered HTTP 500 without a word");
  });

  it.each([
    ["Cloudflare's gateway", { success: false, errors: [{ code: 10000, message: "Authentication error" }] }],
    ["a list of texts", { errors: ["Authentication error"] }],
    ["FastAPI with an object", { detail: { message: "Authentication error" } }],
    [
      "Mistral, about a field",
      { object: "error", message: { detail: [{ loc: [], msg: "Authentication error" }] }, code: null },
    ],
    ["a byte order mark", `\uFEFF${JSON.stringify({ message: "Authentication error" })}`],
  ])("are found in the body of %s", (_who, body) => {
    expect(classified("compatible", 400, body).message).toBe("Authentication error");
  });

  it.each([
    ["details", (deep: string) => `{"error":{"message":"no","details":${deep}}}`],
    ["a list of places", (deep: string) => `{"detail":[{"loc":${deep},"msg":"no"}]}`],
    ["a list of errors", (deep: string) => `{"message":"no","detail":[${deep}]}`],
  ])("do not break on %s nested too deep to be written down, also within a 200", (_what, bodyWith) => {
    const body = bodyWith(`${"[".repeat(30_000)}${"]".repeat(30_000)}`);
    expect(classified("xai", 400, body)).toMatchObject({ kind: "rejected", message: "no" });
    expect(classified("xai", 200, body)).toMatchObject({ kind: "ambiguous", message: "no" });
  });

  it("do not break on a body of a megabyte, nor on names that shadow an object's own", () => {
    expect(classified("xai", 500, "y".repeat(1_000_000)).message).toHaveLength(500);
    expect(
      classified("xai", 400, '{"__proto__":{"message":"no"},"constructor":1,"error":{"message":"really"}}'),
    ).toMatchObject({
      kind: "rejected",
      message: "really",
    });
  });
});
