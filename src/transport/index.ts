import type { Transport } from "../model/transport.ts";
import { BodyBudget } from "./body-budget.ts";
import { CapacitySignal } from "./capacity-signal.ts";
import { BodyDecoder } from "./decode-body.ts";
import { Http1Transport } from "./http1-transport.ts";
import { Http2Transport } from "./http2-transport.ts";
import { type AdoptingTransport, NegotiatingTransport } from "./negotiating-transport.ts";
import { SocketFactory } from "./open-socket.ts";
import { resolveOptions, type TransportOptions } from "./options.ts";

export { OWN_HEADERS } from "./exchange-headers.ts";
export type { TransportOptions } from "./options.ts";
export { streaming } from "./streaming-transport.ts";

/** One transport for one origin; whoever makes it closes it. Throws a `UsageError` for options that cannot be. */
export function createTransport(options: TransportOptions): Transport {
  const settings = resolveOptions(options);
  const sockets = new SocketFactory(settings);
  const signal = new CapacitySignal();
  const surroundings = {
    budget: new BodyBudget(settings.clock, settings.maxBytesInFlight),
    decoder: new BodyDecoder(),
    maxBodyBytes: settings.maxBodyBytes,
  };
  const http1 = (): AdoptingTransport => new Http1Transport(settings, sockets, signal, surroundings);
  const http2 = (): AdoptingTransport => new Http2Transport(settings, sockets, signal, surroundings);
  if (settings.protocol === "http2") return http2();
  if (settings.protocol === "http1" || settings.origin.protocol === "http:") return http1();
  const choose = (alpn: string | null) => (alpn === "h2" ? http2() : http1());
  return new NegotiatingTransport(sockets, signal, choose, surroundings.budget);
}
