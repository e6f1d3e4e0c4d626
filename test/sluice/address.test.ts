import { describe, expect, it } from "vitest";
import { joinPath, parseAddress } from "../../src/sluice/address.ts";

describe("an address", () => {
  it("is told as people write it, without a slash at its end", () => {
    expect(parseAddress("https://API.x.ai:443/v1/")).toEqual({
      origin: "https://api.x.ai",
      basePath: "/v1",
      text: "https://api.x.ai/v1",
      host: "api.x.ai",
    });
  });

  it.each([
    ["https://host/v1", "/v1/chat/completions", "/v1/chat/completions"],
    ["https://host/v1", "/v1", "/v1"],
    ["https://host/v1", "/v1?x=1", "/v1?x=1"],
    ["https://host/v1", "/v10/x", "/v1/v10/x"],
    ["https://host", "/v1/chat/completions", "/v1/chat/completions"],
    ["https://host/openai/v1", "/v1/responses", "/openai/v1/responses"],
  ])("%s and %s join once", (base, path, joined) => {
    expect(joinPath(parseAddress(base), path)).toBe(joined);
  });

  it.each([
    ["host:80", '"host:80" is none'],
    ["ftp://host/v1", "takes an address such as"],
    ["https://me:secret@host/v1", "must not hold a user name or password"],
    ["https://host/v1?api-version=1", "must not hold a query"],
    ["https://host/v1#top", "must not hold a query"],
    ["https://host/v1/chat/completions/", "give https://host/v1."],
    ["https://host/v1/embeddings", "ends in /embeddings"],
  ])("%s is refused with the remedy", (text, sentence) => {
    expect(() => parseAddress(text)).toThrow(sentence);
    expect(() => parseAddress(text)).not.toThrow("secret");
  });
});
