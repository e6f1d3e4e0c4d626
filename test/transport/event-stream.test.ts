import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventStream } from "../../src/transport/event-stream.ts";

const utf8 = new TextEncoder();

/** The data of every event, of a stream that comes in these pieces. */
function dataOf(...pieces: (string | Uint8Array)[]): string[] {
  const told: string[] = [];
  const stream = new EventStream((data) => told.push(data));
  for (const piece of pieces) stream.take(typeof piece === "string" ? utf8.encode(piece) : piece);
  return told;
}

describe("an event stream", () => {
  it.each<[string, string, string[]]>([
    ["LF", "data: a\n\ndata: b\n\n", ["a", "b"]],
    ["CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]],
    ["CR", "data: a\r\rdata: b\r\r", ["a", "b"]],
    ["all of them", "data: a\r\n\ndata: b\r\r\ndata: c\n\r", ["a", "b", "c"]],
    ["comments", ": PROCESSING\n\n:\ndata: a\n\n", ["a"]],
    ["several lines of data", "data: a\ndata\ndata:b\n\n", ["a\n\nb"]],
    ["other fields", "event: message\nid: 1\nretry: 10\ndata: a\n\n", ["a"]],
    ["no space, or two, after the colon", "data:a\n\ndata:  b\n\n", ["a", " b"]],
    ["a byte order mark", "\uFEFFdata: a\n\n", ["a"]],
    ["an event that is not complete", "data: a\n\ndata: b\n", ["a"]],
    ["nothing", "", []],
  ])("with %s is read as the standard says", (_, text, data) => {
    expect(dataOf(text)).toEqual(data);
  });

  it("is the same however its bytes are cut", () => {
    const bytes = utf8.encode("\uFEFFdata: zwölf 🦆\r\n\r\n: wait\rdata: a\ndata: ё\r\n\ndata: [DONE]\r\r");
    const whole = dataOf(bytes);
    expect(whole).toEqual(["zwölf 🦆", "a\nё", "[DONE]"]);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        expect(dataOf(...pieces)).toEqual(whole);
      }),
    );
  });

  it("that ends without its last blank line tells its last event all the same", () => {
    const told: string[] = [];
    const stream = new EventStream((data) => told.push(data));
    stream.take(utf8.encode("data: a\n\ndata: [DONE]"));
    stream.finish();
    expect(told).toEqual(["a", "[DONE]"]);
  });

  it("is refused where it is no UTF-8", () => {
    expect(() => dataOf(Uint8Array.of(0x64, 0xff, 0x0a))).toThrow(TypeError);
  });
});
