import { describe, expect, it } from "vitest";
import { failureOf, fetchFailed, responseOf } from "../../src/sluice/fetch-response.ts";

const url = new URL("https://api.example/v1/models");
const respond = (status: number, headers: Record<string, string | string[]> = {}) =>
  responseOf(url, { status, headers }, new TextEncoder().encode("body"));

describe("the Response of a fetch", () => {
  it("has the provider's status, headers and body, and the address that was asked", async () => {
    const response = respond(201, { "set-cookie": ["a=1", "b=2"], "x-request-id": "r" });
    expect(response).toMatchObject({ status: 201, url: url.href });
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(response.headers.get("x-request-id")).toBe("r");
    expect(await response.text()).toBe("body");
  });

  it.each([204, 205, 304])("has no body for a %i", (status) => {
    expect(respond(status).body).toBeNull();
  });

  it("does not speak of a coding that was undone, and of the length only where there was none", () => {
    const plain = respond(200, { "content-length": "4" });
    expect(plain.headers.get("content-length")).toBe("4");
    const decoded = respond(200, { "content-length": "4", "content-encoding": "gzip" });
    expect([...decoded.headers.keys()]).toEqual([]);
  });

  it.each([
    [200, null],
    [400, null],
    [401, null],
    [408, "false"],
    [409, "false"],
    [429, "false"],
    [500, "false"],
    [529, "false"],
  ])("tells SDKs to stay away from what they would send again: %i", (status, mark) => {
    expect(respond(status).headers.get("x-should-retry")).toBe(mark);
  });

  it("keeps no word of the provider's that SDKs should send it again", () => {
    expect(respond(500, { "x-should-retry": "true" }).headers.get("x-should-retry")).toBe("false");
  });
});

describe("a fetch without a response", () => {
  it("fails like the global one, with the reason as its cause", () => {
    const error = fetchFailed(failureOf({ kind: "unprocessed", code: "dns", message: "no such name" }));
    expect(error).toMatchObject({ name: "TypeError", message: "fetch failed" });
    expect(error.cause).toMatchObject({ message: "no such name", code: "dns" });
  });

  it("says how long an answer may be", () => {
    const end = { kind: "too-large", head: { status: 200, headers: {} }, limitBytes: 10 } as const;
    expect(failureOf(end).message).toBe("the answer is larger than 10 bytes");
  });
});
