import { UsageError } from "../model/errors.ts";

/** Where requests go: the origin for the transport, and the path that every request's path is joined to. */
export interface Address {
  /** "https://api.x.ai" */
  origin: string;
  /** "/v1", without a trailing slash; "" for none. */
  basePath: string;
  /** As people write it: "https://api.x.ai/v1". */
  text: string;
  host: string;
}

export function parseAddress(text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new UsageError(`--base-url takes an address such as https://host/v1; "${text}" is none.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new UsageError("--base-url must not hold a user name or password; use --api-key-env for a key.");
  }
  const basePath = url.pathname.replace(/\/+$/, "");
  return { origin: url.origin, basePath, text: `${url.origin}${basePath}`, host: url.hostname };
}

/** This machine itself: nobody listens between it and its user. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Joins a request's path to the base; a base that ends in /v1 and a path that begins with /v1 join once. */
export function joinPath(address: Address, path: string): string {
  const joinsOnce = address.basePath.endsWith("/v1") && /^\/v1(\/|\?|$)/.test(path);
  return address.basePath + (joinsOnce ? path.slice("/v1".length) : path);
}
