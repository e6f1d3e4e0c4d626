import { createServer, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { virtualClock } from "../support/virtual-clock.ts";
import { exchange, until } from "./exchanging.ts";
import { answer, connectTo, serve } from "./http2-peers.ts";
import { closeServer, listen } from "./raw-http1-server.ts";
import type { Http2Peer } from "./raw-http2-server.ts";

describe("a connection", () => {
  test("that is reset breaks every written exchange on it", async () => {
    const peers: Http2Peer[] = [];
    const { transport } = await serve((peer) => peers.push(peer));
    const under = [exchange(transport), exchange(transport)];
    await until(() => peers.length === 2);
    peers[0]?.socket.resetAndDestroy();
    const ends = (await Promise.all(under)).map(({ end }) => end);
    expect(ends).toEqual(Array(2).fill(expect.objectContaining({ kind: "broken", code: "reset" })));
  });

  test("that is closed breaks every written exchange on it", async () => {
    const peers: Http2Peer[] = [];
    const { transport } = await serve((peer) => peers.push(peer));
    const under = exchange(transport);
    await until(() => peers.length === 1);
    peers[0]?.socket.end();
    expect((await under).end).toMatchObject({ kind: "broken", code: "closed" });
  });

  test("is asked for a sign of life every 15 s, and is dead 20 s after a PING without answer", async () => {
    const clock = virtualClock();
    const { transport, server } = await serve(() => {}, { answersPings: false }, clock);
    const under = exchange(transport);
    await until(() => server.received() === 1);
    clock.advance(14_999);
    expect(server.pings()).toBe(0);
    clock.advance(1);
    await until(() => server.pings() === 1);
    clock.advance(20_000);
    expect((await under).end).toMatchObject({ kind: "broken", code: "ping-timeout", head: null });
  });

  test("has more time for its answer to a PING where the process was stopped, since that may lie unread", async () => {
    const clock = virtualClock();
    const peers: Http2Peer[] = [];
    const { transport, server } = await serve((peer) => peers.push(peer), { answersPings: false }, clock);
    const under = exchange(transport);
    await until(() => peers.length === 1);
    clock.advance(15_000);
    await until(() => server.pings() === 1);
    clock.stall(60_000);
    clock.advance(0);
    for (const peer of peers) answer(peer);
    expect((await under).end.kind).toBe("response");
  });

  test("that answers its PINGs lives on", async () => {
    const clock = virtualClock();
    const peers: Http2Peer[] = [];
    const { transport, server } = await serve((peer) => peers.push(peer), {}, clock);
    const under = exchange(transport);
    await until(() => peers.length === 1);
    for (let round = 1; round <= 4; round++) {
      clock.advance(15_000);
      await until(() => server.pings() === round);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const peer of peers) answer(peer);
    expect((await under).end.kind).toBe("response");
  });

  test("that stood idle beyond trust is replaced before it is used", async () => {
    const clock = virtualClock();
    const { transport, server } = await serve(answer, {}, clock);
    await exchange(transport);
    clock.advance(20_000);
    await exchange(transport);
    expect(server.connections()).toBe(1);
    clock.advance(30_000);
    expect((await exchange(transport)).end.kind).toBe("response");
    expect(server.connections()).toBe(2);
  });

  test("is closed when nothing will be asked for long, and another one comes when something is", async () => {
    const { transport, server } = await serve(answer);
    await exchange(transport);
    transport.rest?.();
    await until(() => server.open() === 0);
    expect((await exchange(transport)).end.kind).toBe("response");
    expect(server.connections()).toBe(2);
  });

  test("gives as many streams as the peer's SETTINGS say; more come from more connections", async () => {
    const peers: Http2Peer[] = [];
    const { transport, server } = await serve((peer) => peers.push(peer), { maxStreams: 10 });
    transport.warm(1);
    await until(() => transport.capacity() === 10);
    const under = Array.from({ length: 35 }, () => exchange(transport));
    await until(() => peers.length === 35);
    expect(server.connections()).toBe(4);
    expect(transport.capacity()).toBe(5);
    for (const peer of peers) answer(peer);
    expect((await Promise.all(under)).every(({ end }) => end.kind === "response")).toBe(true);
  });

  test("that allows no stream for now is not joined by others that would allow none either", async () => {
    const { transport, server } = await serve(answer, { maxStreams: 0 });
    transport.warm(100);
    const under = exchange(transport);
    await until(() => server.connections() === 1);
    for (let turn = 0; turn < 50; turn += 1) {
      transport.warm(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.connections()).toBeLessThanOrEqual(4);
    await transport.close();
    expect((await under).end.kind).toMatch(/aborted|unprocessed/);
  });

  test("that never sends SETTINGS is given up after 10 s as unprocessed", async () => {
    const clock = virtualClock();
    const { transport, server } = await serve(() => {}, { greets: false }, clock);
    const under = exchange(transport);
    await until(() => server.connections() === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    clock.advance(10_000);
    expect((await under).end).toMatchObject({ kind: "unprocessed", code: "connect-timeout" });
  });

  test("to a server that speaks HTTP/1.1 is unprocessed", async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("data", () => socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n"));
    });
    const transport = connectTo(`http://127.0.0.1:${await listen(server)}`);
    onTestFinished(() => closeServer(server, sockets));
    expect((await exchange(transport)).end).toMatchObject({ kind: "unprocessed", code: "wrong-protocol" });
  });
});
