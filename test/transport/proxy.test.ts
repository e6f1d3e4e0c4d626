import { readFileSync } from "node:fs";
import { createServer as createProxy, type IncomingMessage } from "node:http";
import { createSecureServer, type Http2ServerRequest } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/model/clock.ts";
import { createTransport } from "../../src/transport/index.ts";
import { exchange, textOf } from "./exchanging.ts";

const cert = readFileSync(new URL("../fixtures/localhost-cert.pem", import.meta.url), "utf8");
const key = readFileSync(new URL("../fixtures/localhost-key.pem", import.meta.url), "utf8");

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Listens on loopback until the test is over; the port. */
async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** A provider over TLS, which the proxy knows as api.test. */
async function provider(protocol: "h2" | "http/1.1"): Promise<number> {
  const answer = (
    request: IncomingMessage | Http2ServerRequest,
    response: { end(text: string): unknown },
  ) => {
    request.resume();
    const host = request.headers.host ?? request.headers[":authority"];
    request.on("end", () => response.end(JSON.stringify({ host })));
  };
  return listening(
    protocol === "h2" ? createSecureServer({ key, cert }, answer) : createHttpsServer({ key, cert }, answer),
  );
}

/** A proxy that lets everybody through to one port, and remembers who asked for what. */
async function proxy(port: number, status = 200) {
  const asked: { target: string | undefined; headers: IncomingMessage["headers"] }[] = [];
  const server = createProxy().on("connect", ({ url, headers }, socket: Socket) => {
    asked.push({ target: url, headers });
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const onward = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) end.on("error", () => end.destroy());
  });
  return { asked, url: new URL(`http://127.0.0.1:${await listening(server)}`) };
}

function transportThrough(through: URL) {
  const origin = "https://localhost:8443";
  const transport = createTransport({ origin, clock: systemClock, ca: cert, proxy: through });
  closers.push(() => transport.close());
  return transport;
}

describe("through a proxy", () => {
  test.each(["h2", "http/1.1"] as const)("%s is spoken with the provider itself", async (protocol) => {
    const { asked, url } = await proxy(await provider(protocol));
    const transport = transportThrough(url);
    const { end } = await exchange(transport);
    expect(textOf(end)).toBe('{"host":"localhost:8443"}');
    expect(transport.protocol()).toBe(protocol);
    expect(asked.map(({ target }) => target)).toContain("localhost:8443");
    for (const { headers } of asked) expect(headers).not.toHaveProperty("authorization");
  });

  test("its user name and password are sent to it", async () => {
    const { asked, url } = await proxy(await provider("h2"));
    url.username = "me";
    url.password = "p%40ss";
    await exchange(transportThrough(url));
    expect(asked[0]?.headers["proxy-authorization"]).toBe(
      `Basic ${Buffer.from("me:p@ss").toString("base64")}`,
    );
  });

  test.each([407, 403, 502])("HTTP %i of it means that nothing was sent", async (status) => {
    const { url } = await proxy(0, status);
    url.password = "secret";
    const { end } = await exchange(transportThrough(url));
    expect(end).toEqual({
      kind: "unprocessed",
      code: "proxy",
      message: `the proxy ${url.host} refused the way to localhost:8443 (HTTP ${status}); check HTTPS_PROXY and NO_PROXY`,
    });
  });

  test("one that is not there is named", async () => {
    const { end } = await exchange(transportThrough(new URL("http://127.0.0.1:1")));
    expect(end).toMatchObject({
      kind: "unprocessed",
      code: "proxy",
      message: "the proxy 127.0.0.1:1 cannot be reached (ECONNREFUSED); check HTTPS_PROXY and NO_PROXY",
    });
  });

  test("a provider whose certificate is not valid is not spoken with", async () => {
    const { url } = await proxy(await provider("h2"));
    const transport = createTransport({ origin: "https://localhost:8443", clock: systemClock, proxy: url });
    closers.push(() => transport.close());
    const { end } = await exchange(transport);
    expect(end).toMatchObject({ kind: "unprocessed", code: "tls" });
  });
});
