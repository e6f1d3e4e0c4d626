import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/model/clock.ts";
import type {
  Exchange,
  ExchangeHandle,
  ExchangeListener,
  Transport,
  WireEnd,
} from "../../src/model/transport.ts";
import { streaming } from "../../src/transport/index.ts";
import { virtualClock } from "../support/virtual-clock.ts";
import { exchange, QUESTION, textOf } from "./exchanging.ts";
import type { Peer, Script } from "./peer.ts";
import { IMPLEMENTATIONS, scriptedTransports } from "./scripted-transports.ts";

const chunk = (content: string, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
const DONE = "data: [DONE]\n\n";

function beginStream(peer: Peer): void {
  peer.head(200, [["content-type", "text/event-stream; charset=utf-8"]]);
}

/** The text and the mark in the body of an end. */
function told(end: WireEnd) {
  const body = JSON.parse(Buffer.from(("body" in end ? end.body : null) ?? []).toString());
  return { content: body.choices[0]?.message.content, mark: body.sluice };
}

describe.each(IMPLEMENTATIONS)("an answer streamed over %s", (_name, protocol, startServer) => {
  const open = scriptedTransports(protocol, startServer);
  const serve = async (script: Script) => streaming((await open(script)).transport, systemClock);

  it("ends as the whole body", async () => {
    const transport = await serve((peer) => {
      beginStream(peer);
      for (const piece of [chunk("Hel"), chunk("lo", "stop"), DONE]) peer.data(piece);
      peer.end();
    });
    const { end } = await exchange(transport);
    expect(end.kind).toBe("response");
    expect(told(end)).toEqual({ content: "Hello", mark: { assembled_from_stream: true } });
  });

  /** Makes one exchange, and does something with its first token. */
  function exchangeBegun(transport: Transport, onBegun: (handle: ExchangeHandle) => void): Promise<WireEnd> {
    return new Promise((resolve) => {
      const onFirstToken = () => setImmediate(() => onBegun(handle));
      const handle = transport.start(QUESTION, { onFirstToken, onEnd: resolve });
    });
  }

  it("is an answer once its terminator was seen, whatever becomes of the connection", async () => {
    let reset = () => {};
    const transport = await serve((peer) => {
      reset = () => peer.reset();
      beginStream(peer);
      peer.data(chunk("Hello") + DONE);
    });
    const end = await exchangeBegun(transport, () => reset());
    expect(end.kind).toBe("response");
  });

  it.each([
    ["its terminator", DONE, "response"],
    ["an error", 'data: {"error":{"message":"no"}}\n\n', "response"],
    ["what is no chunk", "data: oops\n\n", "broken"],
  ])("ends at %s, though the server keeps the connection", async (_what, last, kind) => {
    const transport = await serve((peer) => {
      beginStream(peer);
      peer.data(chunk("Hello") + last);
    });
    const { end } = await exchange(transport);
    expect(end.kind).toBe(kind);
    expect(told(end).content).toBe("Hello");
  });

  it.each([
    ["plain text", [["content-type", "text/plain"]]],
    ["JSON", [["content-type", "application/json"]]],
    ["nothing", []],
  ] as const)("is read although it is called %s", async (_what, fields) => {
    const transport = await serve((peer) => {
      peer.head(200, fields);
      for (const piece of [": ready\n\n", chunk("Hel"), chunk("lo", "stop"), DONE]) peer.data(piece);
      peer.end();
    });
    const { end } = await exchange(transport);
    expect(end.kind).toBe("response");
    expect(told(end)).toEqual({ content: "Hello", mark: { assembled_from_stream: true } });
  });

  it("that is called plain text and cut is broken, and what came of it is kept", async () => {
    const transport = await serve((peer) => {
      peer.head(200, [["content-type", "text/plain"]]);
      peer.data(chunk("Hel"));
      peer.end();
    });
    const { end } = await exchange(transport);
    expect(end).toMatchObject({ kind: "broken", code: "cut" });
    expect(told(end).content).toBe("Hel");
  });

  it.each<[string, (peer: Peer) => void, string]>([
    ["ends before its terminator", () => {}, "cut"],
    ["holds no JSON", (peer) => peer.data("data: oops\n\n"), "not-json"],
    ["is no UTF-8", (peer) => peer.data(Uint8Array.of(0xff, 10, 10)), "not-json"],
  ])("that %s is broken, and what came of it is kept", async (_what, go, code) => {
    const transport = await serve((peer) => {
      beginStream(peer);
      peer.data(chunk("Hel"));
      go(peer);
      peer.end();
    });
    const { end } = await exchange(transport);
    expect(end).toMatchObject({ kind: "broken", code });
    expect(told(end)).toEqual({ content: "Hel", mark: { assembled_from_stream: true, complete: false } });
  });

  it("that we give up keeps what came of it", async () => {
    const transport = await serve((peer) => {
      beginStream(peer);
      peer.data(chunk("Hel"));
    });
    const end = await exchangeBegun(transport, (handle) => handle.abort());
    expect(end.kind).toBe("aborted");
    expect(told(end).content).toBe("Hel");
  });

  it("is bounded", async () => {
    const transport = await serve((peer) => {
      beginStream(peer);
      peer.data(chunk("x".repeat(2000)));
    });
    const { end } = await exchange(transport, { maxBodyBytes: 1000 });
    expect(end).toMatchObject({ kind: "too-large", limitBytes: 1000 });
  });

  it.each([
    ["an error", 429, "application/json"],
    ["an answer that comes at once all the same", 200, "application/json"],
  ])("may be %s: it is left as it is", async (_what, status, type) => {
    const transport = await serve((peer) => {
      peer.head(status, [["content-type", type]]);
      peer.data('{"plain":true}');
      peer.end();
    });
    const { end } = await exchange(transport);
    expect(end).toMatchObject({ kind: "response", head: { status } });
    expect(textOf(end)).toBe('{"plain":true}');
  });
});

/** A wire that does nothing by itself, and the exchange that was started on it. */
function stillWire() {
  const seen: { exchange: Exchange | null; listener: ExchangeListener | null; aborts: number } = {
    ...{ exchange: null, listener: null, aborts: 0 },
  };
  const transport: Transport = {
    capacity: () => 1,
    warm: () => {},
    onCapacity: () => () => {},
    protocol: () => "h2",
    close: async () => {},
    start: (exchange, listener) => {
      Object.assign(seen, { exchange, listener });
      const abort = () => {
        seen.aborts += 1;
      };
      return { abort };
    },
  };
  return { seen, transport };
}

describe("after the last event", () => {
  const head = { status: 200, headers: { "content-type": "text/event-stream" } };

  it.each([
    ["ends its response within a second is let be", 900, 0],
    ["keeps it open is left after a second", 1000, 1],
  ])("a server that %s, and the end is told once", (_what, afterMs, aborts) => {
    const { seen, transport } = stillWire();
    const clock = virtualClock();
    const ends: WireEnd[] = [];
    streaming(transport, clock).start(QUESTION, { onEnd: (end) => ends.push(end) });
    const taker = seen.exchange?.handOver?.(head, { pause: () => {}, resume: () => {} });
    taker?.take(Buffer.from(chunk("Hello") + DONE));
    expect(ends).toMatchObject([{ kind: "response" }]);
    clock.advance(afterMs);
    seen.listener?.onEnd({ kind: "response", head, body: new Uint8Array() });
    clock.advance(10_000);
    expect(ends).toHaveLength(1);
    expect(seen.aborts).toBe(aborts);
  });
});
