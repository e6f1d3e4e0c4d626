import { describe, expect, it } from "vitest";
import { createLaneRegistry } from "../../src/limiter/index.ts";
import { systemClock } from "../../src/model/clock.ts";
import { compatible } from "../../src/provider/compatible.ts";
import { xai } from "../../src/provider/xai.ts";
import { type Account, openAccount } from "../../src/sluice/account.ts";
import { parseAddress } from "../../src/sluice/address.ts";
import { FetchAccounts } from "../../src/sluice/fetch-accounts.ts";

const lanes = createLaneRegistry();
const shared = { insecure: undefined, limits: {}, lanes, clock: systemClock };

function account(apiKey: string | null): Account {
  const address = parseAddress("https://api.x.ai/v1");
  return openAccount({ chosen: { provider: xai, address, apiKey, tier: 0 }, ...shared });
}

function askedOf(own: Account | null, takesAll = false) {
  const accounts = new FetchAccounts(shared);
  const of = (url: string, headers: Record<string, string> = {}) => {
    const request = {
      url: new URL(url),
      headers,
      method: "GET" as const,
      body: null,
      question: null,
      signal: null,
    };
    return accounts.of(request, own === null ? null : { account: own, takesAll });
  };
  return { of, accounts };
}

const OWN = "https://api.x.ai/v1/chat/completions";
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe("the account of a request", () => {
  it("is the instance's own at its address, with the instance's key where the client sends none", () => {
    const own = account("k");
    const { of } = askedOf(own);
    expect(of(`${OWN}?a=1`)).toEqual({
      account: own,
      path: "/v1/chat/completions?a=1",
      headers: bearer("k"),
    });
    expect(of(OWN, bearer("k"))).toMatchObject({ account: own, headers: bearer("k") });
  });

  it("is the instance's own for any key where it has none itself", () => {
    const own = account(null);
    expect(askedOf(own).of(OWN, bearer("any"))).toMatchObject({ account: own, headers: bearer("any") });
  });

  it("is another one at the same address for another key, under the same provider", () => {
    const { of } = askedOf(account("k"));
    const one = of(OWN, bearer("other"));
    expect(one.account).toMatchObject({ provider: { name: xai.name }, apiKey: "other" });
    expect(one.headers).toEqual(bearer("other"));
    expect(of(OWN, bearer("other")).account).toBe(one.account);
    expect(of(OWN, bearer("third")).account).not.toBe(one.account);
  });

  it.each([
    "https://api.x.ai/v2/chat",
    "https://api.x.ai/v10",
    "https://api.x.ai:444/v1/chat",
    "https://evil.example/v1/chat",
  ])("never takes the instance's key to %s", (url) => {
    const { account: other, headers } = askedOf(account("k")).of(url);
    expect(headers).toEqual({});
    expect(other).toMatchObject({ provider: { name: compatible.name }, apiKey: null });
    expect(other.address.text).toBe(new URL(url).origin);
  });

  it.each([
    ["authorization", "Bearer secret"],
    ["x-api-key", "secret"],
    ["api-key", "secret"],
  ])("is told by the key in %s where there is no instance", (name, value) => {
    const { of } = askedOf(null);
    const one = of("https://one.example/v1/messages", { [name]: value });
    expect(one.account).toMatchObject({ provider: { name: compatible.name }, apiKey: "secret" });
    expect(one.headers).toEqual({ [name]: value });
    expect(of("https://one.example/v1/models", bearer("secret")).account).toBe(one.account);
    expect(of("https://two.example/v1/models", bearer("secret")).account).not.toBe(one.account);
  });

  it("is the simulator's for every address in a rehearsal, and no key gets there", () => {
    const simulator = account(null);
    const { of } = askedOf(simulator, true);
    for (const base of ["https://api.openai.com/v1", "https://api.groq.com/openai/v1"]) {
      expect(of(`${base}/models?a=1`, { ...bearer("k"), "x-api-key": "k", "x-own": "1" })).toEqual({
        account: simulator,
        path: "/v1/models?a=1",
        headers: { "x-own": "1" },
      });
    }
  });

  it("is nobody's where key and words could be read on the way", () => {
    expect(() => askedOf(account("k")).of("http://far.example/v1/models")).toThrow(
      "fetch: http://far.example is not encrypted",
    );
  });

  it("keeps a key that was meant for the simulator itself", () => {
    const simulator = account(null);
    expect(askedOf(simulator, true).of(OWN, bearer("k"))).toMatchObject({
      account: simulator,
      headers: bearer("k"),
    });
  });

  it("is forgotten when many are there, the one unused for longest first, and never one in use", () => {
    const { of, accounts } = askedOf(null);
    const opened = new Map<string, Account>();
    for (const key of ["a", "b", "c", "d"]) opened.set(key, of(OWN, bearer(key)).account);
    of(OWN, bearer("a"));
    const busy = opened.get("b");
    expect(accounts.forget(2, (one) => one !== busy)).toEqual([opened.get("c"), opened.get("d")]);
    expect(of(OWN, bearer("b")).account).toBe(busy);
    expect(of(OWN, bearer("c")).account).not.toBe(opened.get("c"));
  });
});
