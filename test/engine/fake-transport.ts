import type { Clock } from "../../src/model/clock.ts";
import type {
  Exchange,
  ExchangeHandle,
  ExchangeListener,
  ResponseHead,
  Transport,
  WireEnd,
} from "../../src/model/transport.ts";
import { answer } from "./wire-ends.ts";

/** What a request asks, and how often its row was sent before. */
export interface Asked {
  row: number;
  /** 0 for the first send of the row. */
  attempt: number;
  /** Requests started before this one. */
  number: number;
  now: number;
}

export interface Reply {
  /** From the start to the end; Infinity = no answer ever comes. Default 100. */
  afterMs?: number;
  /** From the start to the wire; Infinity = it is never written. Default 0. */
  writtenAfterMs?: number;
  /** From the start to the head of an answer whose body is on its way. Default: the head comes with the end. */
  headAfterMs?: number;
  head?: ResponseHead;
  /** From the start to each chunk of the body. Default: they come with the end. */
  chunksAfterMs?: readonly number[];
  /** It is us who keep the body from coming in. */
  isHeldUp?: boolean;
  end?: WireEnd;
  /** The end is on its way: an abort comes too late. */
  isDeaf?: boolean;
}

/** What comes of each request; a wire end alone comes after 100 ms. */
export type Script = (asked: Asked) => Reply | WireEnd;

export interface TransportOptions {
  clock: Clock;
  script: Script;
  /** Streams there are; Infinity by default. */
  streams?: number;
  /** From `abort()` to the end it brings. Default 0. */
  abortMs?: number;
  /** Sees every request as it is handed over. */
  onStart?: (row: number) => void;
}

/** A wire that does as it is told. */
export class FakeTransport implements Transport {
  readonly sent: Asked[] = [];
  /** The most that ever was under way at once. */
  peak = 0;
  underWay = 0;
  warmed = 0;
  /** How often it was told that nothing will be asked for long. */
  rests = 0;
  /** Bytes of bodies that wait somewhere else, and the most that ever did. */
  kept = 0;
  mostKept = 0;
  readonly keptBodies = {
    keep: (bytes: number) => {
      this.kept += bytes;
      this.mostKept = Math.max(this.mostKept, this.kept);
    },
    letGo: (bytes: number) => {
      this.kept -= bytes;
    },
  };
  #streams: number;
  readonly #options: TransportOptions;
  readonly #attempts = new Map<number, number>();
  readonly #underWay = new Map<number, number>();
  readonly #listeners = new Set<() => void>();

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#streams = options.streams ?? Number.POSITIVE_INFINITY;
  }

  capacity(): number {
    return this.#streams - this.underWay;
  }

  underWayOf(row: number): number {
    return this.#underWay.get(row) ?? 0;
  }

  /** More connections, or fewer. */
  resize(streams: number): void {
    this.#streams = streams;
    this.#tell();
  }

  warm(inFlight: number): void {
    this.warmed = Math.max(this.warmed, inFlight);
  }

  rest(): void {
    this.rests += 1;
  }

  onCapacity(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(exchange: Exchange, listener: ExchangeListener): ExchangeHandle {
    const { clock, script, onStart } = this.#options;
    const row = rowOf(exchange);
    const attempt = this.#attempts.get(row) ?? 0;
    this.#attempts.set(row, attempt + 1);
    const asked: Asked = { row, attempt, number: this.sent.length, now: clock.now() };
    onStart?.(row);
    this.sent.push(asked);
    this.#count(row, 1);
    this.peak = Math.max(this.peak, this.underWay);
    const scripted = script(asked);
    return new FakeExchange("kind" in scripted ? { end: scripted } : scripted, {
      clock,
      listener,
      abortMs: this.#options.abortMs ?? 0,
      ended: () => {
        this.#count(row, -1);
        this.#tell();
      },
    });
  }

  protocol(): string | null {
    return "h2";
  }

  async close(): Promise<void> {}

  #count(row: number, by: 1 | -1): void {
    this.underWay += by;
    this.#underWay.set(row, this.underWayOf(row) + by);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

interface Surroundings {
  clock: Clock;
  listener: ExchangeListener;
  abortMs: number;
  ended: () => void;
}

class FakeExchange implements ExchangeHandle {
  readonly #around: Surroundings;
  readonly #cancels: (() => void)[] = [];
  readonly #isDeaf: boolean;
  readonly #isHeldUp: boolean;
  #written = false;
  #over = false;

  constructor(reply: Reply, around: Surroundings) {
    const { afterMs = 100, writtenAfterMs = 0, end = answer(), isDeaf = false } = reply;
    this.#around = around;
    this.#isDeaf = isDeaf;
    this.#isHeldUp = reply.isHeldUp ?? false;
    const { head = { status: 200, headers: {} }, headAfterMs, chunksAfterMs = [] } = reply;
    if (headAfterMs !== undefined) this.#in(headAfterMs, () => around.listener.onHead?.(head));
    for (const ms of chunksAfterMs) this.#in(ms, () => around.listener.onProgress?.());
    if (writtenAfterMs <= afterMs && end.kind !== "unprocessed")
      this.#in(writtenAfterMs, () => this.#write());
    this.#in(afterMs, () => this.#end(end));
  }

  abort(): void {
    if (this.#over || this.#isDeaf) return;
    for (const cancel of this.#cancels) cancel();
    this.#in(this.#around.abortMs, () => this.#end({ kind: "aborted", written: this.#written, head: null }));
  }

  isHeldUp(): boolean {
    return this.#isHeldUp;
  }

  #in(delayMs: number, then: () => void): void {
    if (Number.isFinite(delayMs)) this.#cancels.push(this.#around.clock.after(delayMs, then));
  }

  #write(): void {
    this.#written = true;
    this.#around.listener.onWritten?.();
  }

  #end(end: WireEnd): void {
    if (this.#over) return;
    this.#over = true;
    const { listener, ended } = this.#around;
    if (end.kind === "response") listener.onHead?.(end.head);
    ended();
    listener.onEnd(end);
  }
}

/** The bodies of these tests say which row they are. */
export function rowOf(exchange: Exchange): number {
  const body: { row: number } = JSON.parse(new TextDecoder().decode(exchange.body ?? new Uint8Array()));
  return body.row;
}
