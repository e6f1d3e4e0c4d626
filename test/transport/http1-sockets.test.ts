import { createServer, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/model/clock.ts";
import { createTransport, type TransportOptions } from "../../src/transport/index.ts";
import { exchange, textOf, until } from "./exchanging.ts";
import { closeServer, listen } from "./raw-http1-server.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const WHOLE = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

/** A server that calls `onRequest` for every burst of bytes; our requests come in one. */
async function serve(
  onRequest: (socket: Socket, requestOnSocket: number) => void,
  options: Partial<TransportOptions> = {},
) {
  const sockets = new Set<Socket>();
  let requests = 0;
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    let requestOnSocket = 0;
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", () => {
      requests++;
      onRequest(socket, requestOnSocket++);
    });
  });
  const origin = `http://127.0.0.1:${await listen(server)}`;
  const transport = createTransport({ origin, clock: systemClock, ...options });
  closers.push(
    () => closeServer(server, sockets),
    () => transport.close(),
  );
  return { transport, sockets, requests: () => requests, connections: () => connections };
}

describe("a body that ends with its connection", () => {
  const HEAD = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";

  test("is whole when the connection closes in order", async () => {
    const { transport } = await serve((socket) => socket.end(`${HEAD}{"a":1}`));
    expect(textOf((await exchange(transport)).end)).toBe('{"a":1}');
  });

  test("is broken when the connection is reset", async () => {
    const { transport } = await serve((socket) => {
      socket.write(`${HEAD}{"a":`);
      setTimeout(() => socket.resetAndDestroy(), 20);
    });
    expect((await exchange(transport)).end).toMatchObject({
      kind: "broken",
      code: "reset",
      head: { status: 200 },
    });
  });
});

test("a body without a length that is given up for its size ends its exchange, and nothing else", async () => {
  const { transport, sockets } = await serve((socket, request) =>
    socket.write(request === 0 ? "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\ntoo much" : WHOLE),
  );
  expect((await exchange(transport, { maxBodyBytes: 4 })).end.kind).toBe("too-large");
  await until(() => sockets.size === 0);
  await new Promise(setImmediate);
});

describe("what is no HTTP", () => {
  test.each([
    ["nonsense", "SMTP ready\r\n\r\n"],
    ["two different lengths", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}"],
    ["a broken chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"],
    ["endless headers", `HTTP/1.1 200 OK\r\n${"x-filler: ".padEnd(1000, "y")}\r\n`.repeat(100)],
  ])("%s is broken", async (_what, bytes) => {
    const { transport, requests } = await serve((socket) => socket.write(bytes));
    expect((await exchange(transport)).end.kind).toBe("broken");
    expect(requests()).toBe(1);
  });
});

describe("connections", () => {
  test("are kept and used again, one exchange at a time", async () => {
    const { transport, connections } = await serve((socket) => socket.write(WHOLE));
    for (let i = 0; i < 5; i++) await exchange(transport);
    expect(connections()).toBe(1);
  });

  test("the server closes after each answer are opened anew, without a lost exchange", async () => {
    const { transport, connections } = await serve((socket) =>
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"),
    );
    for (let i = 0; i < 5; i++) expect((await exchange(transport)).end.kind).toBe("response");
    expect(connections()).toBe(5);
  });

  test("that died while idle are not written to", async () => {
    const { transport, sockets, requests } = await serve((socket) => socket.write(WHOLE));
    await exchange(transport);
    for (const socket of sockets) socket.resetAndDestroy();
    await until(() => sockets.size === 0);
    expect((await exchange(transport)).end.kind).toBe("response");
    expect(requests()).toBe(2);
  });

  test("that die under a second request are broken: it may have been read, and is not sent again", async () => {
    const { transport, requests } = await serve((socket, nth) => {
      if (nth === 0) socket.write(WHOLE);
      else socket.resetAndDestroy();
    });
    await exchange(transport);
    expect((await exchange(transport)).end).toMatchObject({ kind: "broken", code: "reset", head: null });
    expect(requests()).toBe(2);
  });

  test("are bounded; what is started beyond the bound waits its turn", async () => {
    let under = 0;
    let most = 0;
    const { transport, connections } = await serve(
      (socket) => {
        most = Math.max(most, ++under);
        setTimeout(() => {
          under--;
          socket.write(WHOLE);
        }, 2);
      },
      { maxConnections: 3 },
    );
    expect(transport.capacity()).toBe(3);
    const ends = Array.from({ length: 12 }, () => exchange(transport));
    expect(transport.capacity()).toBe(0);
    expect((await Promise.all(ends)).every(({ end }) => end.kind === "response")).toBe(true);
    expect(most).toBe(3);
    expect(connections()).toBe(3);
  });

  test("opened ahead by warm are the ones used", async () => {
    const { transport, connections } = await serve((socket) => socket.write(WHOLE));
    transport.warm(5);
    await until(() => connections() === 5);
    await until(() => transport.capacity() === 5 + 64);
    await Promise.all(Array.from({ length: 5 }, () => exchange(transport)));
    expect(connections()).toBe(5);
  });
});
