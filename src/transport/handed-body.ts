import type { Transform } from "node:stream";
import type { BodyFlow, BodyTaker, Exchange, ResponseHead, WireEnd } from "../model/transport.ts";
import { rethrowLater, tell } from "./capacity-signal.ts";
import { contentCodings, describeCodingError, passingDecoder } from "./decode-body.ts";

/** The wire under a body that is handed over. */
interface HandedWire extends BodyFlow {
  /** The body cannot be read. */
  fail(message: string): void;
}

/** A body on its way through: decoded, and never held; a slow taker holds up the wire. */
export class HandedBody {
  readonly #wire: HandedWire;
  /** In the order in which they undo the body's codings; empty for a plain body. */
  readonly #decoders: Transform[] = [];
  #taker: BodyTaker | null = null;

  constructor(wire: HandedWire) {
    this.#wire = wire;
  }

  /** False where nobody takes the body as it comes. */
  offer(exchange: Exchange, head: ResponseHead): boolean {
    try {
      this.#taker = exchange.handOver?.(head, this.#flow()) ?? null;
    } catch (error) {
      rethrowLater(error);
    }
    if (this.#taker === null) return false;
    for (const coding of contentCodings(head.headers["content-encoding"])) this.#decode(coding);
    this.#decoders.at(-1)?.on("data", (chunk: Uint8Array) => this.#pass(chunk));
    return true;
  }

  take(chunk: Uint8Array): void {
    const [first] = this.#decoders;
    if (first === undefined) this.#pass(chunk);
    else if (!first.write(chunk)) this.#wire.pause();
  }

  /** The wire's end was seen; `done` is called when the taker has everything. */
  complete(done: () => void): void {
    const [first] = this.#decoders;
    if (first === undefined) {
      done();
      return;
    }
    this.#decoders.at(-1)?.once("end", done);
    first.end();
  }

  end(end: WireEnd): void {
    for (const decoder of this.#decoders) decoder.destroy();
    tell(() => this.#taker?.end(end));
  }

  #pass(chunk: Uint8Array): void {
    try {
      this.#taker?.take(chunk);
    } catch (error) {
      rethrowLater(error);
    }
  }

  #decode(coding: string): void {
    const decoder = passingDecoder(coding);
    decoder.on("error", (error) => this.#wire.fail(describeCodingError(coding, error)));
    if (this.#decoders.length === 0) decoder.on("drain", () => this.#wire.resume());
    else this.#decoders.at(-1)?.pipe(decoder);
    this.#decoders.push(decoder);
  }

  /** The taker holds up what is decoded; the decoders then hold up the wire. */
  #flow(): BodyFlow {
    const source = (): BodyFlow => this.#decoders.at(-1) ?? this.#wire;
    return { pause: () => void source().pause(), resume: () => void source().resume() };
  }
}
