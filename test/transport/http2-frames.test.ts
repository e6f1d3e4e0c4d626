import { describe, expect, test } from "vitest";
import { exchange, textOf, until } from "./exchanging.ts";
import { answer, serve } from "./http2-peers.ts";
import type { Http2Peer } from "./raw-http2-server.ts";

describe("RST_STREAM", () => {
  test.each([0, 2, 8, 11])("with code %i before the head is broken", async (code) => {
    const { transport, server } = await serve((peer) => peer.rst(code));
    const { end } = await exchange(transport);
    expect(end).toMatchObject({ kind: "broken", code: "stream-reset", head: null });
    expect(end.kind === "broken" && end.message).toContain(`(${code})`);
    expect(server.received()).toBe(1);
  });

  test.each([0, 2, 7, 8, 11])(
    "with code %i after part of the body is broken, never complete",
    async (code) => {
      const { transport } = await serve((peer) => {
        peer.head(200);
        peer.data('{"half":');
        peer.rst(code);
      });
      const { end } = await exchange(transport);
      expect(end).toMatchObject({ kind: "broken", code: "stream-reset", head: { status: 200 } });
    },
  );

  test("REFUSED_STREAM is unprocessed, and the transport sends nothing again by itself", async () => {
    const { transport, server } = await serve((peer) => (peer.index < 5 ? peer.rst(7) : answer(peer)));
    const ends = await Promise.all(Array.from({ length: 5 }, () => exchange(transport)));
    expect(ends.map(({ end }) => end)).toEqual(
      Array(5).fill(expect.objectContaining({ kind: "unprocessed", code: "refused-stream" })),
    );
    expect(server.received()).toBe(5);
    expect((await exchange(transport)).end.kind).toBe("response");
  });

  test("NO_ERROR after END_STREAM leaves a complete response", async () => {
    const { transport } = await serve((peer) => {
      answer(peer, '{"whole":1}');
      peer.rst(0);
    });
    expect(textOf((await exchange(transport)).end)).toBe('{"whole":1}');
  });

  test("an abort sends CANCEL, a complete exchange sends no reset at all", async () => {
    const { transport, server } = await serve((peer) => {
      if (peer.index === 0) answer(peer);
    });
    await exchange(transport);
    expect(server.resets()).toEqual([]);
    await exchange(transport, {}, undefined, { written: (handle) => handle.abort() });
    await until(() => server.resets().length > 0);
    expect(server.resets()).toEqual([8]);
  });
});

describe("GOAWAY", () => {
  test("streams above the last id are unprocessed, those below go on, and nothing is replayed", async () => {
    const peers: Http2Peer[] = [];
    const { transport, server } = await serve((peer) => peers.push(peer));
    const under = Array.from({ length: 6 }, () => exchange(transport));
    await until(() => peers.length === 6);
    peers[0]?.goaway(peers[2]?.streamId ?? 0, 0);
    for (const peer of peers.slice(0, 3)) answer(peer);
    const kinds = (await Promise.all(under)).map(({ end }) => ("code" in end ? end.code : end.kind));
    expect(kinds).toEqual(["response", "response", "response", "goaway", "goaway", "goaway"]);
    expect(server.received()).toBe(6);
  });

  test("a new exchange after it goes to a new connection", async () => {
    const { transport, server } = await serve((peer) => {
      answer(peer);
      if (peer.index === 0) peer.goaway(peer.streamId, 0);
    });
    await exchange(transport);
    await until(() => transport.capacity() <= 1);
    expect((await exchange(transport)).end.kind).toBe("response");
    expect(server.connections()).toBe(2);
  });

  test("with an error code it breaks what the peer had taken, and names the code", async () => {
    const peers: Http2Peer[] = [];
    const { transport } = await serve((peer) => peers.push(peer));
    const under = [exchange(transport), exchange(transport)];
    await until(() => peers.length === 2);
    peers[0]?.goaway(peers[0].streamId, 11);
    const [first, second] = (await Promise.all(under)).map(({ end }) => end);
    expect(first).toMatchObject({ kind: "broken", code: "goaway" });
    expect(first?.kind === "broken" && first.message).toContain("ENHANCE_YOUR_CALM (11)");
    expect(second).toMatchObject({ kind: "unprocessed", code: "goaway" });
  });
});
