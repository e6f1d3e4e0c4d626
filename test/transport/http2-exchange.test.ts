import type { ClientHttp2Stream } from "node:http2";
import { Duplex } from "node:stream";
import { expect, test } from "vitest";
import type { WireEnd } from "../../src/model/transport.ts";
import { BodyBudget } from "../../src/transport/body-budget.ts";
import { BodyDecoder } from "../../src/transport/decode-body.ts";
import type { Http2Connection } from "../../src/transport/http2-connection.ts";
import { Http2Exchange } from "../../src/transport/http2-exchange.ts";
import { virtualClock } from "../support/virtual-clock.ts";
import { QUESTION, textOf } from "./exchanging.ts";

test("a body that node:http2 hands over before the head is not lost", async () => {
  const stream = Object.assign(new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() }), {
    id: 1,
  });
  const connection = { request: () => stream as unknown as ClientHttp2Stream } as unknown as Http2Connection;
  const end = await new Promise<WireEnd>((resolve) => {
    const exchange = new Http2Exchange(
      QUESTION,
      { onEnd: resolve },
      {
        address: "test",
        surroundings: {
          budget: new BodyBudget(virtualClock(), 1000),
          decoder: new BodyDecoder(),
          maxBodyBytes: 1000,
        },
        exchangeEnded() {},
        streamClosed() {},
      },
    );
    exchange.runOn(connection, []);
    exchange.started();
    // As while it works off what came during a write over TLS: the head's event waits for its tick, the body does not.
    setImmediate(() => {
      process.nextTick(() => stream.emit("response", {}, 0, [":status", "200", "content-length", "7"]));
      stream.push('{"a":');
      stream.push("1}");
      stream.push(null);
    });
  });

  expect(textOf(end)).toBe('{"a":1}');
});
