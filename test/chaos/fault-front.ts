import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Simulator } from "../../src/simulator/index.ts";

/** Faults that strike before any request: they stand in front of the simulator. */
export interface Front {
  baseUrl: string;
  env: Record<string, string>;
  close(): Promise<void>;
}

/** How often, from 0 to 1, and for how long from the beginning. */
export interface Strikes {
  share: number;
  windowMs: number;
  random: () => number;
}

const FAILING_DNS = fileURLToPath(new URL("failing-dns.ts", import.meta.url));

export const FRONTS: Readonly<Record<string, (simulator: Simulator, strikes: Strikes) => Promise<Front>>> = {
  /** Nobody listens at first. */
  refused: (simulator, strikes) =>
    front(simulator, () => false, { listensAfterMs: strikes.share === 1 ? strikes.windowMs : 0 }),
  /** A port at which something else than TLS is spoken. */
  tls: (simulator, { share, windowMs, random }) => {
    const began = Date.now();
    return front(simulator, () => Date.now() - began < windowMs && random() < share);
  },
  /** The name of this machine is not found. */
  dns: async (simulator, { share, windowMs }) => ({
    baseUrl: simulator.baseUrl.replace("127.0.0.1", "localhost"),
    env: {
      NODE_OPTIONS: `--import=${FAILING_DNS}`,
      FAILING_DNS_SHARE: String(share),
      FAILING_DNS_MS: String(windowMs),
    },
    close: async () => {},
  }),
};

async function front(
  simulator: Simulator,
  isStruck: () => boolean,
  { listensAfterMs = 0 } = {},
): Promise<Front> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy()));
    if (isStruck()) return void socket.end("220 mail.example ESMTP\r\n");
    const behind = connect(simulator.port, "127.0.0.1").on("error", () => socket.destroy());
    sockets.add(behind.on("close", () => socket.destroy()));
    socket.pipe(behind).pipe(socket);
    socket.on("close", () => behind.destroy());
  });
  const port = await listening(server, 0);
  if (listensAfterMs > 0) {
    await closed(server, sockets);
    void sleep(listensAfterMs).then(() => listening(server, port));
  }
  return {
    baseUrl: simulator.baseUrl.replace(String(simulator.port), String(port)),
    env: {},
    close: () => closed(server, sockets),
  };
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

function closed(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  return new Promise((resolve) => server.close(() => resolve()));
}
