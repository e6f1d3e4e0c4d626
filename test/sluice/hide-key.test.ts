import { expect, it } from "vitest";
import { providerNamed } from "../../src/provider/index.ts";
import { hidingKey } from "../../src/sluice/hide-key.ts";

const KEY = "Zq7ofNoKnownForm";
const refusal = (message: string) =>
  ({
    kind: "response",
    head: { status: 401, headers: {} },
    body: Buffer.from(JSON.stringify({ error: { message } })),
  }) as const;
const asked = { path: "/v1/chat/completions", model: "m" };

it("tells what a provider says without the key that it repeats", () => {
  const compatible = providerNamed("compatible");
  if (compatible === null) throw new Error("there is no compatible provider");
  const provider = hidingKey(compatible, KEY);

  expect(provider.classify(refusal(`Wrong key ${KEY}, ${KEY}!`), asked).message).toBe(
    "Wrong key [key], [key]!",
  );
  expect(provider.classify(refusal("Wrong key"), asked)).toEqual(
    compatible.classify(refusal("Wrong key"), asked),
  );
  expect(provider.name).toBe("compatible");
  expect(provider.models).toEqual(compatible.models);
  expect(hidingKey(compatible, null)).toBe(compatible);
});
