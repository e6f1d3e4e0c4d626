import { describe, expect, it } from "vitest";
import { costOf } from "../../src/model/provider.ts";
import { closeNames, providerNamed, providerNames } from "../../src/provider/index.ts";
import { provider } from "./wire.ts";

describe("the providers", () => {
  it("are found by name, and a stranger is null", () => {
    expect(providerNames).toEqual(["xai", "openai", "compatible", "simulator"]);
    for (const name of providerNames) expect(providerNamed(name)?.name).toBe(name);
    expect(providerNamed("grok")).toBeNull();
  });

  it("send their key as a bearer token, and nothing where there is none", () => {
    expect(provider("xai").headers("k")).toMatchObject({
      authorization: "Bearer k",
      "content-type": "application/json",
    });
    expect(provider("compatible").headers(null)).not.toHaveProperty("authorization");
  });

  it("know their key's variable and hosts; a compatible one has neither", () => {
    expect(provider("xai")).toMatchObject({ apiKeyEnv: "XAI_API_KEY", hosts: ["api.x.ai", "us.api.x.ai"] });
    expect(provider("openai")).toMatchObject({ apiKeyEnv: "OPENAI_API_KEY", hosts: ["api.openai.com"] });
    expect(provider("compatible")).toMatchObject({ apiKeyEnv: null, hosts: [], baseUrl: null });
    expect(provider("simulator")).toMatchObject({ simulated: true, apiKeyEnv: null, baseUrl: null });
  });

  it("recognise a simulator's answer by its header, whoever they are", () => {
    for (const name of providerNames) {
      expect(provider(name).isSimulated({ status: 200, headers: { "x-sluice-simulator": "1" } })).toBe(true);
      expect(provider(name).isSimulated({ status: 200, headers: {} })).toBe(false);
    }
  });
});

describe("xAI's published limits", () => {
  it.each([
    ["grok-4.3", 0, 37, 10e6],
    ["grok-4.3-latest", 4, 208, 85e6],
    ["grok-4.7", 0, 150, 50e6],
    ["grok-4.20-multi-agent-0309", 1, 12, 3.7e6],
    ["grok-build-0.1", 3, 125, 45e6],
  ])("%s at tier %i: %i a second, %i tokens a minute", (model, tier, rps, tpm) => {
    for (const name of ["xai", "simulator"]) {
      expect(provider(name).publishedLimits(model, tier)).toEqual([
        { dimension: "requests", perWindow: rps, windowMs: 1000, source: "published" },
        { dimension: "tokens", perWindow: tpm, windowMs: 60_000, source: "published" },
      ]);
    }
  });

  it("are none for an unknown model or tier", () => {
    expect(provider("xai").publishedLimits("gpt-4o", 0)).toEqual([]);
    expect(provider("xai").publishedLimits("grok-4.3", 9)).toEqual([]);
    expect(provider("openai").publishedLimits("gpt-4o", 0)).toEqual([]);
  });
});

describe("prices", () => {
  it("of xAI are the dated table's, in whole ticks a token", () => {
    expect(provider("xai").price("grok-4.5-latest")).toEqual({
      input: 20_000,
      cachedInput: 3000,
      output: 60_000,
      longFrom: 200_000,
      longFactor: 2,
      asOf: "2026-09-21",
    });
  });

  it("of OpenAI come from the public table, also where long prompts cost more", () => {
    expect(provider("openai").price("gpt-4o-mini")).toMatchObject({
      input: 1500,
      cachedInput: 750,
      output: 6000,
      longFrom: null,
    });
    const price = provider("openai").price("gpt-5.4");
    const usage = {
      inputTokens: 272_000,
      cachedTokens: 0,
      outputTokens: 10,
      reasoningTokens: 0,
      totalTokens: 272_010,
    };
    expect(costOf(price, usage)?.ticks).toBe(272_000 * 50_000 + 10 * 225_000);
    expect(costOf(price, { ...usage, inputTokens: 271_999 })?.ticks).toBe(271_999 * 25_000 + 10 * 150_000);
  });

  it("are unknown for a model no table holds", () => {
    for (const name of providerNames) expect(provider(name).price("nobody-knows")).toBeNull();
    expect(provider("openai").price("")).toBeNull();
    expect(provider("openai").price("__proto__")).toBeNull();
  });
});

describe("close names", () => {
  it("are a few typing mistakes away, nearest first", () => {
    expect(closeNames("grok4.3", provider("xai").models)[0]).toBe("grok-4.3");
    expect(closeNames("gpt4o", provider("openai").models)).toContain("gpt-4o");
    expect(closeNames("llama", provider("xai").models)).toEqual([]);
    expect(closeNames("grok-4.3", provider("xai").models)).not.toContain("grok-4.3");
  });
});
