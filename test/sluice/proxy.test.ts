import { afterEach, expect, it, vi } from "vitest";
import { UsageError } from "../../src/model/errors.ts";
import { parseAddress } from "../../src/sluice/address.ts";
import { proxyFor } from "../../src/sluice/proxy.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

function proxyOf(address: string, env: Record<string, string>): string | null {
  for (const name of ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"])
    vi.stubEnv(name, env[name] ?? "");
  return proxyFor(parseAddress(address))?.href ?? null;
}

const PROXY = "http://proxy.test:3128/";

it.each<[string, string, Record<string, string>, string | null]>([
  ["HTTPS_PROXY", "https://api.x.ai/v1", { HTTPS_PROXY: PROXY }, PROXY],
  ["its lower-case form", "https://api.x.ai/v1", { https_proxy: PROXY }, PROXY],
  ["ALL_PROXY", "https://api.x.ai/v1", { ALL_PROXY: PROXY }, PROXY],
  ["nothing where none is set", "https://api.x.ai/v1", {}, null],
  ["nothing for a host in NO_PROXY", "https://api.x.ai/v1", { HTTPS_PROXY: PROXY, NO_PROXY: ".x.ai" }, null],
  ["nothing on this machine", "https://localhost:8443/v1", { HTTPS_PROXY: PROXY }, null],
  ["nothing without TLS", "http://10.1.2.3/v1", { HTTPS_PROXY: PROXY }, null],
])("takes %s", (_, address, env, proxy) => {
  expect(proxyOf(address, env)).toBe(proxy);
});

it("refuses what is no proxy's address, without repeating it", () => {
  const attempt = () => proxyOf("https://api.x.ai/v1", { HTTPS_PROXY: "socks5://me:secret@host" });
  expect(attempt).toThrow(UsageError);
  expect(attempt).toThrow(/^HTTPS_PROXY takes an address such as http:\/\/proxy\.example:3128; mend it/);
  expect(attempt).not.toThrow(/secret/);
});
