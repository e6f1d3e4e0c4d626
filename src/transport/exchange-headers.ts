import { UsageError } from "../model/errors.ts";
import type { Exchange } from "../model/transport.ts";
import { validateHeaderName, validateHeaderValue } from "./node-http.ts";

/** Headers that belong to the connection, or that the transport writes itself: no exchange may bring them. */
export const OWN_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
]);

/** Printable ASCII without spaces: all that may stand in a request target. */
const REQUEST_TARGET = /^\/[\x21-\x7e]*$/;

/** Header objects seen before: a run sends the same one a million times. */
const accepted = new WeakSet<object>();

/** Throws a `UsageError` for what no server could be sent: retrying it would never end. Values are not repeated. */
export function checkExchange(exchange: Exchange): void {
  if (!REQUEST_TARGET.test(exchange.path)) {
    throw new UsageError(
      `the path ${JSON.stringify(exchange.path)} cannot be requested: it must begin with / and hold no spaces or control characters`,
    );
  }
  if (accepted.has(exchange.headers)) return;
  for (const [name, value] of Object.entries(exchange.headers)) checkHeader(name, value);
  accepted.add(exchange.headers);
}

function checkHeader(name: string, value: string): void {
  if (OWN_HEADERS.has(name.toLowerCase())) {
    throw new UsageError(`the header ${JSON.stringify(name)} is written by the transport; leave it out`);
  }
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw new UsageError(
      `the header ${JSON.stringify(name)} holds a character HTTP does not allow; look for line breaks, quotes or accents in the key or its variable`,
    );
  }
}
