import { getProxyForUrl } from "proxy-from-env";
import { UsageError } from "../model/errors.ts";
import { type Address, isLoopback } from "./address.ts";

/**
 * The proxy that HTTPS_PROXY or ALL_PROXY names for this address, unless NO_PROXY leaves it out; null for none.
 * This machine is never reached through one, nor is an address without TLS.
 */
export function proxyFor({ origin, host }: Pick<Address, "origin" | "host">): URL | null {
  if (isLoopback(host) || !origin.startsWith("https:")) return null;
  const text = getProxyForUrl(origin);
  if (text === "") return null;
  const proxy = URL.parse(text);
  if (proxy?.protocol === "http:" || proxy?.protocol === "https:") return proxy;
  // It may hold a password: it is not repeated.
  throw new UsageError(
    "HTTPS_PROXY takes an address such as http://proxy.example:3128; mend it, or unset it.",
  );
}
