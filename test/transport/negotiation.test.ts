import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/model/clock.ts";
import { createTransport, type TransportOptions } from "../../src/transport/index.ts";
import { virtualClock } from "../support/virtual-clock.ts";
import { exchange, textOf, until } from "./exchanging.ts";
import { closeServer, listen } from "./raw-http1-server.ts";

const cert = readFileSync(new URL("../fixtures/localhost-cert.pem", import.meta.url), "utf8");
const key = readFileSync(new URL("../fixtures/localhost-key.pem", import.meta.url), "utf8");

interface Question {
  httpVersion: string;
  resume(): unknown;
  on(event: "end", listener: () => void): unknown;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve(offers: string[], options: Partial<TransportOptions> = {}) {
  const answer = (request: Question, response: { end(text: string): unknown }) => {
    request.resume();
    request.on("end", () => response.end(JSON.stringify({ version: request.httpVersion })));
  };
  const server = offers.includes("h2")
    ? createSecureServer({ key, cert, allowHTTP1: offers.includes("http/1.1") }, answer)
    : createHttpsServer({ key, cert, ALPNProtocols: offers }, answer);
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  const transport = createTransport({ origin, clock: systemClock, ca: cert, ...options });
  closers.push(
    async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
    () => transport.close(),
  );
  return { transport, connections: () => sockets.size };
}

describe("over TLS the first connection decides", () => {
  test.each([
    ["h2", ["h2", "http/1.1"], '{"version":"2.0"}'],
    ["http/1.1", ["http/1.1"], '{"version":"1.1"}'],
  ])("for %s, and is used", async (protocol, offers, body) => {
    const { transport, connections } = await serve(offers);
    expect(transport.protocol()).toBeNull();
    const ends = await Promise.all([exchange(transport), exchange(transport)]);
    expect(ends.map(({ end }) => textOf(end))).toEqual([body, body]);
    expect(transport.protocol()).toBe(protocol);
    expect(connections()).toBeLessThanOrEqual(2);
    if (protocol === "h2") expect(connections()).toBe(1);
  });

  test("but http1 can be asked for where both are offered", async () => {
    const { transport } = await serve(["h2", "http/1.1"], { protocol: "http1" });
    expect(textOf((await exchange(transport)).end)).toBe('{"version":"1.1"}');
  });

  test("and http2, asked for and not offered, is unprocessed", async () => {
    const { transport } = await serve(["http/1.1"], { protocol: "http2" });
    expect((await exchange(transport)).end.kind).toBe("unprocessed");
  });

  test("warmed before the first exchange, it is there when the exchange comes", async () => {
    const { transport, connections } = await serve(["h2"]);
    let told = 0;
    transport.onCapacity(() => told++);
    transport.warm(10);
    await until(() => told > 0 && transport.capacity() > 1);
    await exchange(transport);
    expect(connections()).toBe(1);
  });

  test("an exchange given up meanwhile is never written", async () => {
    const { transport } = await serve(["h2"]);
    const { end } = await exchange(transport, {}, (handle) => handle.abort());
    expect(end).toEqual({ kind: "aborted", written: false, head: null });
  });
});

describe("a TLS connection that fails is unprocessed", () => {
  test("for a certificate nobody vouches for; the next exchange tries again", async () => {
    const { transport } = await serve(["h2"], { ca: "" });
    for (let i = 0; i < 2; i++) {
      const { end } = await exchange(transport);
      expect(end).toMatchObject({ kind: "unprocessed", code: "tls" });
      expect(end.kind === "unprocessed" && end.message).toContain("localhost:");
    }
    expect(transport.capacity()).toBe(1);
  });

  test("unless any certificate is accepted", async () => {
    const { transport } = await serve(["h2"], { ca: "", rejectUnauthorized: false });
    expect((await exchange(transport)).end.kind).toBe("response");
  });

  test.each(["auto", "http1", "http2"] as const)("for a server without TLS (%s)", async (protocol) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    });
    const origin = `https://localhost:${await listen(server)}`;
    const transport = createTransport({ origin, clock: systemClock, protocol });
    closers.push(
      () => closeServer(server, sockets),
      () => transport.close(),
    );
    expect((await exchange(transport)).end).toMatchObject({ kind: "unprocessed", code: "tls" });
  });

  test("for a server that never answers the handshake, after 10 s", async () => {
    const clock = virtualClock();
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket));
    const transport = createTransport({ origin: `https://localhost:${await listen(server)}`, clock });
    closers.push(
      () => closeServer(server, sockets),
      () => transport.close(),
    );
    const under = exchange(transport);
    await until(() => sockets.size === 1);
    clock.advance(10_000);
    expect((await under).end).toMatchObject({ kind: "unprocessed", code: "connect-timeout" });
  });
});
