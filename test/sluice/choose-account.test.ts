import { expect, it } from "vitest";
import { chooseAccount } from "../../src/sluice/choose-account.ts";

const REFUSED = /^http:\/\/llm\.example:8000\/v1 is not encrypted: .* allow it with --insecure\.$/;

it("refuses an address without TLS on another machine, unless that is allowed", () => {
  const baseURL = "http://llm.example:8000/v1";
  expect(() => chooseAccount({ baseURL }, {})).toThrow(REFUSED);
  expect(() => chooseAccount({ baseURL, insecure: false }, {})).toThrow(REFUSED);
  expect(chooseAccount({ baseURL, insecure: true }, {}).address.text).toBe(baseURL);
});

it.each([
  "http://localhost:1/v1",
  "http://127.0.0.1:1/v1",
  "http://127.9.9.9/v1",
  "http://[::1]:1/v1",
  "https://llm.example/v1",
])("takes %s as it is", (baseURL) => {
  expect(chooseAccount({ baseURL }, {}).address.text).toBe(baseURL);
});

it.each([
  [undefined, 12_500, 25_000],
  ["https://api.x.ai/v1", 12_500, 25_000],
  ["https://us.api.x.ai/v1", 13_750, 27_500],
])("takes xAI's prices at %s, which are a tenth higher in its US region", (baseURL, input, output) => {
  const { provider, apiKey } = chooseAccount({ provider: "xai", baseURL }, { XAI_API_KEY: "k" });
  expect(provider.price("grok-4.3")).toMatchObject({ input, output });
  expect(apiKey).toBe("k");
});
