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

it.each(["xai-0123456789abcdef", "gsk_0123456789abcdefABCDEF", "$KEY", "sk abc"])(
  "does not repeat %s where the name of a variable belongs: it may be the key itself",
  (apiKeyEnv) => {
    expect(() => chooseAccount({ baseURL: "http://localhost:1/v1", apiKeyEnv }, {})).toThrow(
      /^--api-key-env takes the name of the variable that holds the key, such as MY_API_KEY\.$/,
    );
  },
);

it.each(["KEY", "my_key", "OPENROUTER_PRODUCTION_API_KEY"])("names %s, which is not set", (apiKeyEnv) => {
  expect(() => chooseAccount({ baseURL: "http://localhost:1/v1", apiKeyEnv }, {})).toThrow(
    `The variable ${apiKeyEnv} (--api-key-env) is not set; type`,
  );
});
