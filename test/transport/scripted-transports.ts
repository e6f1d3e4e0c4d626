import { afterEach } from "vitest";
import { systemClock } from "../../src/model/clock.ts";
import type { Transport } from "../../src/model/transport.ts";
import { createTransport, type TransportOptions } from "../../src/transport/index.ts";
import type { Script, ScriptedServer, StartServer } from "./peer.ts";
import { startRawHttp1 } from "./raw-http1-server.ts";
import { startScriptedHttp2 } from "./raw-http2-server.ts";

export const IMPLEMENTATIONS: readonly [name: string, protocol: "http1" | "http2", start: StartServer][] = [
  ["HTTP/1.1", "http1", startRawHttp1],
  ["HTTP/2", "http2", startScriptedHttp2],
];

export const ANSWER = '{"answer":42}';
/** The header that announces it. */
export const LENGTH = ["content-length", `${ANSWER.length}`] as const;

interface Served {
  server: ScriptedServer;
  transport: Transport;
}

/** Opens a transport to a server with a script; both are closed after each test. */
export function scriptedTransports(
  protocol: "http1" | "http2",
  startServer: StartServer,
): (script: Script, options?: Partial<TransportOptions>) => Promise<Served> {
  const opened: Served[] = [];
  afterEach(async () => {
    for (const { server, transport } of opened.splice(0)) {
      await transport.close();
      await server.close();
    }
  });
  return async (script, options = {}) => {
    const server = await startServer(script);
    const transport = createTransport({ origin: server.origin, clock: systemClock, protocol, ...options });
    opened.push({ server, transport });
    return { server, transport };
  };
}
