import { describe, expect, test } from "vitest";
import { exchange, textOf, until } from "./exchanging.ts";
import { ANSWER, IMPLEMENTATIONS, LENGTH, scriptedTransports } from "./scripted-transports.ts";

describe.each(IMPLEMENTATIONS)("%s", (_name, protocol, startServer) => {
  const serve = scriptedTransports(protocol, startServer);

  test("an abort before the write ends as aborted, not written", async () => {
    const { transport, server } = await serve(() => {});
    const { events, end } = await exchange(transport, {}, (handle) => handle.abort());
    expect(events).toEqual(["end"]);
    expect(end).toEqual({ kind: "aborted", written: false, head: null });
    expect(server.received()).toBe(0);
  });

  test("an abort after the write ends as aborted and written, and the next exchange is untouched", async () => {
    const { transport } = await serve((peer) => {
      if (peer.index === 0) return;
      peer.head(200, [LENGTH]);
      peer.data(ANSWER);
      peer.end();
    });
    const first = await exchange(transport, {}, undefined, { written: (handle) => handle.abort() });
    expect(first.end).toEqual({ kind: "aborted", written: true, head: null });
    expect((await exchange(transport)).end.kind).toBe("response");
  });

  test("an abort in the middle of the body carries the head; a second abort changes nothing", async () => {
    const { transport } = await serve((peer) => {
      peer.head(200, [LENGTH]);
      peer.data(ANSWER.slice(0, 3));
    });
    const { end } = await exchange(transport, {}, undefined, {
      head(handle) {
        handle.abort();
        handle.abort();
      },
    });
    expect(end).toMatchObject({ kind: "aborted", written: true, head: { status: 200 } });
  });

  test("close ends what is under way as aborted, and what is started later, too", async () => {
    const { transport, server } = await serve(() => {});
    const under = [exchange(transport), exchange(transport)];
    await until(() => server.received() === 2);
    await transport.close();
    expect((await Promise.all(under)).map(({ end }) => end.kind)).toEqual(["aborted", "aborted"]);
    expect((await exchange(transport)).end).toEqual({ kind: "aborted", written: false, head: null });
    expect(transport.capacity()).toBe(0);
  });

  test("2,000 exchanges in flight each get their own answer, none is sent twice", async () => {
    const waiting: (() => void)[] = [];
    const { transport, server } = await serve((peer) => {
      waiting.push(() => {
        peer.head(200, [LENGTH]);
        peer.data(ANSWER);
        peer.end();
      });
    });
    transport.warm(2_000);
    const under = Array.from({ length: 2_000 }, () => exchange(transport));
    await until(() => server.received() === 2_000);
    for (const answer of waiting) answer();
    const ends = await Promise.all(under);
    expect(ends.every(({ end }) => end.kind === "response" && textOf(end) === ANSWER)).toBe(true);
    expect(server.received()).toBe(2_000);
  });

  test("capacity comes back, and is told, when an exchange ends", async () => {
    const { transport } = await serve((peer) => {
      peer.head(200, [LENGTH]);
      peer.data(ANSWER);
      peer.end();
    });
    let told = 0;
    const unsubscribe = transport.onCapacity(() => told++);
    await exchange(transport);
    await until(() => told > 0);
    expect(transport.capacity()).toBeGreaterThan(0);
    unsubscribe();
    const before = told;
    await exchange(transport);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(told).toBe(before);
  });

  test("warm opens connections before the first exchange", async () => {
    const { transport } = await serve(() => {});
    let told = 0;
    transport.onCapacity(() => told++);
    expect(transport.protocol()).toBeNull();
    transport.warm(1);
    await until(() => told > 0 && transport.protocol() !== null);
    expect(transport.capacity()).toBeGreaterThan(0);
  });
});
