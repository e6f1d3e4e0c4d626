import type { BodyFlow, BodyTaker, WireEnd } from "../model/transport.ts";
import { failureOf } from "./fetch-response.ts";

/** Bytes that may lie here unread before the wire is held up. */
const UNREAD_BYTES = 64 * 1024;

export interface FetchBodyParts {
  flow: BodyFlow;
  /** Sees every chunk that passes. */
  passing: (chunk: Uint8Array) => void;
  /** The reader wants no more. */
  cancelled: () => void;
}

/** A body that is handed over, as the stream of a `Response`: whoever does not read it holds up the wire. */
export class FetchBody implements BodyTaker {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #parts: FetchBodyParts;
  #controller: ReadableByteStreamController | null = null;
  #isOver = false;

  constructor(parts: FetchBodyParts) {
    this.#parts = parts;
    this.stream = new ReadableStream(
      {
        type: "bytes",
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => parts.flow.resume(),
        cancel: () => {
          this.#isOver = true;
          parts.cancelled();
        },
      },
      { highWaterMark: UNREAD_BYTES },
    );
  }

  take(chunk: Uint8Array): void {
    // undici's parser hands on an empty piece where it goes on after a pause; a stream refuses one.
    if (this.#isOver || chunk.byteLength === 0) return;
    this.#parts.passing(chunk);
    // A byte stream takes the memory of what it is given away from everybody else.
    this.#controller?.enqueue(new Uint8Array(chunk));
    if ((this.#controller?.desiredSize ?? 0) <= 0) this.#parts.flow.pause();
  }

  end(end: WireEnd): void {
    if (end.kind === "response") this.#close();
    else this.fail(new TypeError("terminated", { cause: new Error(failureOf(end).message) }));
  }

  /** Whoever reads is told this error instead of the rest. */
  fail(reason: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#controller?.error(reason);
  }

  #close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#controller?.close();
    // A reader that waits with a buffer of its own is answered by hand (streams.spec.whatwg.org).
    this.#controller?.byobRequest?.respond(0);
  }
}
