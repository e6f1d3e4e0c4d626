import { createServer as createHttp1Server, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/model/clock.ts";
import type { BodyFlow, ResponseHead, WireEnd } from "../../src/model/transport.ts";
import { createTransport } from "../../src/transport/index.ts";
import { exchange, QUESTION, textOf, until } from "./exchanging.ts";
import type { Script } from "./peer.ts";
import { startRawHttp1 } from "./raw-http1-server.ts";
import { IMPLEMENTATIONS, scriptedTransports } from "./scripted-transports.ts";

const TEXT = "Every drop passes through the sluice. ".repeat(40);

/** Takes a body, and remembers what came. */
class Taking {
  text = "";
  bytes = 0;
  ends: WireEnd[] = [];
  flow: BodyFlow | null = null;

  readonly handOver = (_head: ResponseHead, flow: BodyFlow) => {
    this.flow = flow;
    return {
      take: (chunk: Uint8Array) => {
        this.text += Buffer.from(chunk).toString();
        this.bytes += chunk.length;
      },
      end: (end: WireEnd) => void this.ends.push(end),
    };
  };
}

describe.each(IMPLEMENTATIONS)("a body handed over by %s", (_name, protocol, startServer) => {
  const open = scriptedTransports(protocol, startServer);
  const serve = async (script: Script) => (await open(script)).transport;

  test("comes piece by piece, however long it is, and its end is told without it", async () => {
    const taking = new Taking();
    const transport = await serve((peer) => {
      peer.head(200);
      peer.data(TEXT.slice(0, 7));
      void until(() => taking.text.length === 7).then(() => {
        peer.data(TEXT.slice(7));
        peer.end();
      });
    });
    const { end, events } = await exchange(transport, { handOver: taking.handOver, maxBodyBytes: 10 });
    expect(taking.text).toBe(TEXT);
    expect(events).toEqual(["written", "head", "end"]);
    expect(end).toMatchObject({ kind: "response", head: { status: 200 }, body: new Uint8Array(0) });
    expect(taking.ends).toEqual([end]);
  });

  test("tells when bytes come, and when it is its taker who holds it up", async () => {
    const taking = new Taking();
    const transport = await serve((peer) => {
      peer.head(200);
      peer.data(TEXT.slice(0, 7));
      void until(() => resumed).then(() => peer.end());
    });
    let progress = 0;
    let resumed = false;
    const ended = new Promise<WireEnd>((resolve) => {
      const handle = transport.start(
        { ...QUESTION, handOver: taking.handOver },
        { onProgress: () => (progress += 1), onEnd: resolve },
      );
      void until(() => progress === 1).then(() => {
        expect(handle.isHeldUp?.()).toBe(false);
        taking.flow?.pause();
        expect(handle.isHeldUp?.()).toBe(true);
        taking.flow?.resume();
        expect(handle.isHeldUp?.()).toBe(false);
        expect(progress).toBe(2);
        resumed = true;
      });
    });
    expect((await ended).kind).toBe("response");
  });

  test("is buffered where nobody takes it", async () => {
    const transport = await serve((peer) => {
      peer.head(200);
      peer.data(TEXT);
      peer.end();
    });
    const { end } = await exchange(transport, { handOver: () => null });
    expect(textOf(end)).toBe(TEXT);
  });

  test.each([
    ["gzip", gzipSync(TEXT)],
    ["deflate", deflateSync(TEXT)],
    ["br", brotliCompressSync(TEXT)],
    ["zstd", zstdCompressSync(TEXT)],
    ["gzip, br", brotliCompressSync(gzipSync(TEXT))],
  ])("has its %s coding undone", async (coding, bytes) => {
    const taking = new Taking();
    const transport = await serve((peer) => {
      peer.head(200, [["content-encoding", coding]]);
      peer.data(bytes.subarray(0, 20));
      setImmediate(() => {
        peer.data(bytes.subarray(20));
        peer.end();
      });
    });
    const { end } = await exchange(transport, { handOver: taking.handOver });
    expect(end.kind).toBe("response");
    expect(taking.text).toBe(TEXT);
  });

  test.each([
    ["broken", "gzip", Buffer.from("no gzip at all, whatever its head says")],
    ["cut", "gzip", gzipSync(TEXT).subarray(0, 30)],
    ["unknown", "rot13", Buffer.from("uryyb")],
  ])("of a %s coding ends as broken", async (_what, coding, bytes) => {
    const taking = new Taking();
    const transport = await serve((peer) => {
      peer.head(200, [["content-encoding", coding]]);
      peer.data(bytes);
      peer.end();
    });
    const { end } = await exchange(transport, { handOver: taking.handOver });
    expect(end).toMatchObject({ kind: "broken", code: "bad-encoding", body: null });
    expect(taking.ends).toEqual([end]);
  });

  test("that is cut ends as broken, with what came handed over", async () => {
    const taking = new Taking();
    const transport = await serve((peer) => {
      peer.head(200, [["content-length", "5000"]]);
      peer.data(TEXT.slice(0, 50));
      void until(() => taking.bytes === 50).then(() => peer.hangUp());
    });
    const { end } = await exchange(transport, { handOver: taking.handOver });
    expect(end).toMatchObject({ kind: "broken", body: null });
    expect(taking.text).toBe(TEXT.slice(0, 50));
  });

  test("that is given up ends as aborted", async () => {
    const taking = new Taking();
    const transport = await serve((peer) => {
      peer.head(200);
      peer.data(TEXT);
    });
    const head = (handle: { abort(): void }) => handle.abort();
    const { end } = await exchange(transport, { handOver: taking.handOver }, undefined, { head });
    expect(end).toMatchObject({ kind: "aborted", written: true, head: { status: 200 } });
    expect(taking.ends).toEqual([end]);
  });
});

describe.each(["http1", "http2"] as const)("a long body handed over by %s", (protocol) => {
  test.each(["identity", "gzip"])("stands still while its taker holds it up, coding %s", async (coding) => {
    const whole = Buffer.alloc(12 * 1024 * 1024, "x");
    const bytes = coding === "gzip" ? gzipSync(whole, { level: 0 }) : whole;
    const server = protocol === "http1" ? createHttp1Server() : createHttp2Server();
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      if (request.url === "/other") return void response.end();
      response.setHeader("content-encoding", coding);
      response.end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const transport = createTransport({ origin, clock: systemClock, protocol });
    const taking = new Taking();
    let isSlow = true;
    const ended = exchange(transport, {
      handOver: (head, flow) => {
        const taker = taking.handOver(head, flow);
        const take = (chunk: Uint8Array) => {
          taker.take(chunk);
          if (isSlow) flow.pause();
        };
        return { ...taker, take };
      },
    });
    await until(() => taking.bytes > 0);
    // Time for much more to come, if nothing held it up.
    for (let round = 0; round < 20; round += 1) await exchange(transport, { path: "/other" });
    expect(taking.bytes).toBeLessThan(whole.length / 4);
    isSlow = false;
    taking.flow?.resume();
    expect((await ended).end.kind).toBe("response");
    expect(taking.bytes).toBe(whole.length);
    await transport.close();
    server.close();
  });
});

test("the answer to HEAD has no body, whatever length it announces", async () => {
  const server = await startRawHttp1((peer) => {
    peer.head(200, [["content-length", "5000"]]);
    peer.end();
  });
  const transport = createTransport({ origin: server.origin, clock: systemClock, protocol: "http1" });
  const { end } = await exchange(transport, { method: "HEAD", body: null });
  expect(end).toMatchObject({ kind: "response", head: { status: 200 } });
  await transport.close();
  await server.close();
});
