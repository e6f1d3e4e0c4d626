export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

/** One exchange to make. */
export interface Exchange {
  method: HttpMethod;
  /** Path with query, from the root of the origin. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array | null;
  /** The longest body accepted, in bytes; a longer one ends as `too-large`. Default 64 MiB. */
  maxBodyBytes?: number;
  /**
   * Asked when the response head is here. Whoever returns a taker is handed the body as it comes, however long it is,
   * and the wire end holds none; null has it buffered.
   */
  handOver?(head: ResponseHead, flow: BodyFlow): BodyTaker | null;
}

/** Holds up a body that is handed over, and lets it go on. */
export interface BodyFlow {
  pause(): void;
  resume(): void;
}

/** Takes a body that is handed over, its content codings undone. */
export interface BodyTaker {
  /** The bytes may lie in memory that others share. */
  take(chunk: Uint8Array): void;
  /** Exactly once, just before the listener's `onEnd`. */
  end(end: WireEnd): void;
}

export interface ResponseHead {
  status: number;
  /** Names in lower case; repeated ones as arrays. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * How an exchange ended on the wire. Only the transport knows these facts; what they mean for a row is
 * decided by the endings table.
 *
 * response     a complete response: content-length matched, or the chunked/stream terminator was seen
 * unprocessed  refused, DNS, TLS, REFUSED_STREAM, GOAWAY above our stream, reset before our request was written
 * broken       reset or closed after the request was written, or the body was cut; `head`/`body` hold what came
 * too-large    the body passed `maxBodyBytes`
 * aborted      our own `abort()`; `written` tells whether the request had reached the wire; `body` holds what was
 *              put together of a stream
 */
export type WireEnd =
  | { kind: "response"; head: ResponseHead; body: Uint8Array }
  | { kind: "unprocessed"; code: string; message: string }
  | { kind: "broken"; code: string; message: string; head: ResponseHead | null; body: Uint8Array | null }
  | { kind: "too-large"; head: ResponseHead; limitBytes: number }
  | { kind: "aborted"; written: boolean; head: ResponseHead | null; body?: Uint8Array | null };

export interface ExchangeListener {
  /** The request's bytes were handed to the socket: from here on it may be billed. Called at most once. */
  onWritten?(): void;
  /** The response head is here; the body follows. */
  onHead?(head: ResponseHead): void;
  /** Bytes of the body came, or are read again after we had held them up. Called per chunk. */
  onProgress?(): void;
  /** The first piece of what the model writes is here, of an answer that comes as a stream. */
  onFirstToken?(): void;
  /** Exactly once, also after `abort()`; never synchronously from `start()`. */
  onEnd(end: WireEnd): void;
}

export interface ExchangeHandle {
  /** Gives the exchange up: `onEnd` follows with `aborted`, unless it already ended. */
  abort(): void;
  /** True while it is us who keep the body from coming in or from being done. Absent = never. */
  isHeldUp?(): boolean;
}

/** One attempt in, one ending out, to one origin. Never retries, never sleeps on a request's behalf. */
export interface Transport {
  /** How many more exchanges could be written at once without waiting for a connection or a stream. */
  capacity(): number;
  /** Opens connections for so many exchanges in flight, at a bounded pace; `onCapacity` tells when there are more. */
  warm(inFlight: number): void;
  /** The listener is called whenever capacity may have grown. Several may listen; returns the unsubscribe. */
  onCapacity(listener: () => void): () => void;
  /** Nothing will be asked for a long time: idle connections may close. Absent where they close by themselves. */
  rest?(): void;
  start(exchange: Exchange, listener: ExchangeListener): ExchangeHandle;
  /**
   * Whole bodies that wait somewhere else count against the same byte budget as those on their way in: told when one
   * begins to wait, and when it is gone. Absent where there is no such budget.
   */
  readonly keptBodies?: { keep(bytes: number): void; letGo(bytes: number): void };
  /** "h2", "http/1.1", or null before the first connection. */
  protocol(): string | null;
  /** Closes every connection; exchanges under way end as `aborted`. */
  close(): Promise<void>;
}
