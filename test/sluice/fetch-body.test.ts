import { describe, expect, it, vi } from "vitest";
import type { WireEnd } from "../../src/model/transport.ts";
import { FetchBody } from "../../src/sluice/fetch-body.ts";
import { rejection } from "./simulators.ts";

const WHOLE: WireEnd = { kind: "response", head: { status: 200, headers: {} }, body: new Uint8Array(0) };
const CUT: WireEnd = { kind: "broken", code: "reset", message: "it was reset", head: null, body: null };

function handOver() {
  const flow = { pause: vi.fn(), resume: vi.fn() };
  const passing = vi.fn<(chunk: Uint8Array) => void>();
  const cancelled = vi.fn();
  return { body: new FetchBody({ flow, passing, cancelled }), flow, passing, cancelled };
}

describe("a body on its way to its reader", () => {
  it("is read as it was taken", async () => {
    const { body, passing } = handOver();
    const shared = Buffer.from("one two");
    body.take(shared.subarray(0, 3));
    body.take(shared.subarray(3));
    body.end(WHOLE);
    expect(await new Response(body.stream).text()).toBe("one two");
    expect(shared.toString()).toBe("one two");
    expect(passing.mock.calls.map(([chunk]) => chunk.length)).toEqual([3, 4]);
  });

  it("holds up the wire while 64 KiB lie unread, and lets it go on when they are read", async () => {
    const { body, flow } = handOver();
    body.take(new Uint8Array(60_000));
    expect(flow.pause).not.toHaveBeenCalled();
    body.take(new Uint8Array(60_000));
    expect(flow.pause).toHaveBeenCalledTimes(1);
    flow.resume.mockClear();
    await body.stream.getReader().read();
    expect(flow.resume).toHaveBeenCalled();
  });

  it("takes an empty piece for nothing", async () => {
    const { body } = handOver();
    body.take(new Uint8Array(0));
    body.take(new Uint8Array([111, 107]));
    body.end(WHOLE);
    expect(await new Response(body.stream).text()).toBe("ok");
  });

  it("fails its reader where the wire breaks", async () => {
    const { body } = handOver();
    body.take(new Uint8Array(1));
    body.end(CUT);
    expect(await rejection(new Response(body.stream).text())).toMatchObject({
      message: "terminated",
      cause: { message: "it was reset" },
    });
  });

  it("fails its reader with the reason of an abort, and takes nothing after it", async () => {
    const { body, passing } = handOver();
    const reason = new Error("enough");
    body.fail(reason);
    body.take(new Uint8Array(1));
    body.end(WHOLE);
    expect(await rejection(body.stream.getReader().read())).toBe(reason);
    expect(passing).not.toHaveBeenCalled();
  });

  it("tells when its reader wants no more", async () => {
    const { body, cancelled } = handOver();
    await body.stream.cancel();
    body.end(CUT);
    expect(cancelled).toHaveBeenCalledTimes(1);
  });

  it("answers a reader with a buffer of its own, also at the end", async () => {
    const { body } = handOver();
    const reader = body.stream.getReader({ mode: "byob" });
    const first = reader.read(new Uint8Array(8));
    body.take(new Uint8Array([1, 2]));
    expect([...((await first).value ?? [])]).toEqual([1, 2]);
    const last = reader.read(new Uint8Array(8));
    body.end(WHOLE);
    expect((await last).done).toBe(true);
  });
});
