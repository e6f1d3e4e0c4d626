import { onTestFinished } from "vitest";
import { type Clock, systemClock } from "../../src/model/clock.ts";
import { createTransport } from "../../src/transport/index.ts";
import { type Http2Peer, type RawHttp2Options, startRawHttp2 } from "./raw-http2-server.ts";

/** A raw HTTP/2 server with a script, and a transport to it; both are closed when the test is over. */
export async function serve(
  script: (peer: Http2Peer) => void,
  options: RawHttp2Options = {},
  clock: Clock = systemClock,
) {
  const server = await startRawHttp2(script, options);
  onTestFinished(() => server.close());
  return { server, transport: connectTo(server.origin, clock) };
}

export function connectTo(origin: string, clock: Clock = systemClock) {
  const transport = createTransport({ origin, clock, protocol: "http2" });
  onTestFinished(() => transport.close());
  return transport;
}

export function answer(peer: Http2Peer, body = "{}"): void {
  peer.head(200);
  peer.data(body);
  peer.end();
}
