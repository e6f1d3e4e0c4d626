import { createServer as createHttp1Server, type IncomingMessage, type ServerResponse } from "node:http";
import {
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/model/clock.ts";
import { createTransport, type TransportOptions } from "../../src/transport/index.ts";
import { exchange, until } from "./exchanging.ts";

type Question = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const MEGABYTE = Buffer.alloc(1_000_000, "m");

describe.each(["http1", "http2"] as const)("%s", (protocol) => {
  async function serve(answer: (response: Response) => void, options: Partial<TransportOptions> = {}) {
    let received = 0;
    const handle = (request: Question, response: Response) => {
      request.resume();
      request.on("end", () => {
        received++;
        answer(response);
      });
    };
    const server = protocol === "http1" ? createHttp1Server(handle) : createHttp2Server(handle);
    const sockets = new Set<Socket>();
    server.on("connection", (socket: Socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const transport = createTransport({ origin, clock: systemClock, protocol, ...options });
    closers.push(
      async () => {
        for (const socket of sockets) socket.destroy();
        await new Promise<void>((resolve) => server.close(() => resolve()));
      },
      () => transport.close(),
    );
    return { transport, connections: () => sockets.size, received: () => received };
  }

  test("100 questions and answers of 1 MB at once all come through", async () => {
    const { transport, connections } = await serve((response) => response.end(MEGABYTE));
    const under = Array.from({ length: 100 }, () => exchange(transport, { body: MEGABYTE }));
    const ends = (await Promise.all(under)).map(({ end }) => end);
    expect(ends.every((end) => end.kind === "response" && MEGABYTE.equals(end.body))).toBe(true);
    if (protocol === "http2") expect(connections()).toBe(1);
  });

  test("far more than the byte budget at once comes through whole, in turn", async () => {
    const { transport } = await serve((response) => response.end(MEGABYTE), { maxBytesInFlight: 2_000_000 });
    const under = Array.from({ length: 30 }, () => exchange(transport));
    const ends = (await Promise.all(under)).map(({ end }) => end);
    expect(ends.every((end) => end.kind === "response" && MEGABYTE.equals(end.body))).toBe(true);
  });

  test("a paused answer can be given up, and the others still come", async () => {
    const { transport } = await serve((response) => response.end(MEGABYTE), { maxBytesInFlight: 100_000 });
    const heads: number[] = [];
    const under = Array.from({ length: 6 }, (_, i) =>
      exchange(transport, {}, undefined, {
        head(handle) {
          heads.push(i);
          if (i % 2 === 1) handle.abort();
        },
      }),
    );
    const kinds = (await Promise.all(under)).map(({ end }) => end.kind);
    expect(kinds.filter((_, i) => i % 2 === 0)).toEqual(["response", "response", "response"]);
  });

  test("a listener that throws surfaces, and no other exchange notices", async () => {
    const { transport, received } = await serve((response) => response.end("{}"));
    const others = process.listeners("uncaughtException");
    const surfaced: unknown[] = [];
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", (error) => surfaced.push(error));
    const fail = () => {
      throw new Error("from a listener");
    };
    try {
      const question = { method: "POST", path: "/", headers: {}, body: MEGABYTE } as const;
      transport.start(question, { onWritten: fail, onHead: fail, onEnd: fail });
      const { end } = await exchange(transport);
      expect(end.kind).toBe("response");
      await until(() => surfaced.length === 3);
      expect(received()).toBe(2);
    } finally {
      process.removeAllListeners("uncaughtException");
      for (const listener of others) process.on("uncaughtException", listener);
    }
  });
});
