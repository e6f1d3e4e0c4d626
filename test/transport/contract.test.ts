import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/model/clock.ts";
import { createTransport } from "../../src/transport/index.ts";
import { exchange, QUESTION, textOf } from "./exchanging.ts";
import { ANSWER, IMPLEMENTATIONS, LENGTH, scriptedTransports } from "./scripted-transports.ts";

describe.each(IMPLEMENTATIONS)("%s", (_name, protocol, startServer) => {
  const serve = scriptedTransports(protocol, startServer);

  test("a body of the announced length is a response, told in order and once", async () => {
    const { transport, server } = await serve((peer) => {
      peer.head(200, [LENGTH, ["x-request-id", "r1"]]);
      peer.data(ANSWER);
      peer.end();
    });
    const seen = await exchange(transport);
    expect(seen.events).toEqual(["written", "head", "end"]);
    expect(seen.end).toMatchObject({ kind: "response", head: { status: 200 } });
    expect(seen.head?.headers["x-request-id"]).toBe("r1");
    expect(textOf(seen.end)).toBe(ANSWER);
    expect(server.received()).toBe(1);
    expect(transport.protocol()).toBe(protocol === "http2" ? "h2" : "http/1.1");
  });

  test("a body that shows its terminator is a response without any length, and owns its memory", async () => {
    const { transport } = await serve((peer) => {
      peer.head(200);
      peer.data(ANSWER.slice(0, 5));
      setTimeout(() => {
        peer.data(ANSWER.slice(5));
        peer.end();
      }, 5);
    });
    const { end } = await exchange(transport);
    expect(textOf(end)).toBe(ANSWER);
    expect(end.kind === "response" && end.body.buffer.byteLength).toBe(ANSWER.length);
  });

  test("an error status, a redirect and an empty 204 are responses like any other", async () => {
    const { transport, server } = await serve((peer) => {
      const status = [429, 301, 204][peer.index] ?? 500;
      peer.head(status, status === 204 ? [] : [LENGTH, ["location", "/elsewhere"]]);
      if (status === 204) return;
      peer.data(ANSWER);
      peer.end();
    });
    const statuses: unknown[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await exchange(transport)).head?.status);
    expect(statuses).toEqual([429, 301, 204]);
    expect(server.received()).toBe(3);
  });

  test.each([[[103]], [[100]], [[100, 103, 100]]])(
    "informational responses %j are not the head",
    async (statuses) => {
      const { transport } = await serve((peer) => {
        for (const status of statuses) peer.interim(status);
        peer.head(200, [LENGTH]);
        peer.data(ANSWER);
        peer.end();
      });
      const seen = await exchange(transport);
      expect(seen.events).toEqual(["written", "head", "end"]);
      expect(seen.end).toMatchObject({ kind: "response", head: { status: 200 } });
    },
  );

  test("a flood of informational responses is broken off", async () => {
    const { transport } = await serve((peer) => {
      for (let sent = 0; sent <= 100; sent += 1) peer.interim(103);
    });
    const { end } = await exchange(transport);
    expect(end).toMatchObject({ kind: "broken", code: "bad-response" });
    expect(end).toHaveProperty("message", expect.stringContaining("100 informational responses"));
  });

  test("repeated headers become arrays, and a __proto__ header stays a header", async () => {
    const { transport } = await serve((peer) => {
      peer.head(200, [LENGTH, ["x-limit", "1"], ["x-limit", "2"], ["__proto__", "polluted"]]);
      peer.data(ANSWER);
      peer.end();
    });
    const { head } = await exchange(transport);
    expect(head?.headers["x-limit"]).toEqual(["1", "2"]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test.each(["hangUp", "reset"] as const)(
    "%s before the head is broken, with nothing to show",
    async (stop) => {
      const { transport, server } = await serve((peer) => peer[stop]());
      const { end } = await exchange(transport);
      expect(end).toMatchObject({ kind: "broken", head: null, body: null });
      expect(server.received()).toBe(1);
    },
  );

  test.each([
    ["hangUp", "with a length", [LENGTH]],
    ["hangUp", "without a length", []],
    ["reset", "with a length", [LENGTH]],
    ["reset", "without a length", []],
  ] as const)("%s in the middle of a body %s is broken, never complete", async (stop, _how, fields) => {
    const { transport, server } = await serve((peer) => {
      peer.head(200, fields);
      peer.data(ANSWER.slice(0, 6));
      setTimeout(() => peer[stop](), 20);
    });
    const { end } = await exchange(transport);
    expect(end).toMatchObject({ kind: "broken", head: { status: 200 } });
    expect(textOf(end) ?? ANSWER.slice(0, 6)).toBe(ANSWER.slice(0, 6));
    expect(server.received()).toBe(1);
  });

  test("more bytes than the content-length says never make a complete answer of another length", async () => {
    const { transport } = await serve((peer) => {
      peer.head(200, [["content-length", "4"]]);
      peer.data(ANSWER);
      peer.end();
    });
    const { end } = await exchange(transport);
    if (end.kind === "response") expect(textOf(end)).toBe(ANSWER.slice(0, 4));
    else expect(end.kind).toBe("broken");
  });

  test.each([
    ["announced", [["content-length", "5000"]]],
    ["unannounced", []],
  ] as const)("an %s body beyond the bound ends as too-large", async (_how, fields) => {
    const { transport } = await serve((peer) => {
      peer.head(200, fields);
      peer.data("x".repeat(5000));
    });
    const { end } = await exchange(transport, { maxBodyBytes: 4999 });
    expect(end).toMatchObject({ kind: "too-large", limitBytes: 4999, head: { status: 200 } });
  });

  test.each([
    ["a gzip body is decoded", gzipSync(ANSWER), { kind: "response" }],
    ["a gzip bomb ends as too-large", gzipSync(Buffer.alloc(1_000_000)), { kind: "too-large" }],
    ["broken gzip is broken", Buffer.from("no gzip"), { kind: "broken", code: "bad-encoding" }],
  ])("%s", async (_title, bytes, expected) => {
    const { transport } = await serve((peer) => {
      peer.head(200, [
        ["content-length", `${bytes.length}`],
        ["content-encoding", "gzip"],
      ]);
      peer.data(bytes);
      peer.end();
    });
    const { end } = await exchange(transport, { maxBodyBytes: 100_000 });
    expect(end).toMatchObject(expected);
    if (end.kind === "response") expect(textOf(end)).toBe(ANSWER);
  });

  test("a connection nobody accepts is unprocessed and names host and remedy, not the key", async () => {
    const { transport, server } = await serve(() => {});
    await server.close();
    const seen = await exchange(transport);
    expect(seen.events).toEqual(["end"]);
    expect(seen.end).toMatchObject({ kind: "unprocessed", code: "connect-refused" });
    expect(JSON.stringify(seen.end)).toContain(new URL(server.origin).host);
    expect(JSON.stringify(seen.end)).not.toContain("Bearer");
    expect(transport.capacity()).toBeGreaterThan(0);
  });

  test("a name that does not resolve is unprocessed", async () => {
    const transport = createTransport({ origin: "http://nowhere.invalid:80", clock: systemClock, protocol });
    const { end } = await exchange(transport);
    expect(end).toMatchObject({ kind: "unprocessed", code: "dns" });
    await transport.close();
  });

  test("a key with a line break is refused by name before anything is sent", async () => {
    const { transport, server } = await serve(() => {});
    const start = () =>
      transport.start({ ...QUESTION, headers: { authorization: "Bearer s3cret\n" } }, { onEnd() {} });
    expect(start).toThrow(/"authorization"/);
    expect(start).not.toThrow(/s3cret/);
    expect(server.received()).toBe(0);
  });
});
