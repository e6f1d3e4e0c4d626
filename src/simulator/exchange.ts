import type { HeaderMap } from "./dialect.ts";

/** The connection an exchange came on, as far as faults concern it. */
export interface ConnectionState {
  /** Streams from this id on were named unprocessed by a GOAWAY: they are neither answered nor billed. */
  unprocessedFrom: number;
  /** A silent connection sends nothing any more. */
  silent: boolean;
}

/**
 * One request with its way of answering, the same over HTTP/1.1 and HTTP/2. Every exchange ends by exactly one of
 * `send`, `sendDeclaring`, `end`, `close`, `reset`, `goAway` and `fallSilent`, or is left hanging.
 */
export interface Exchange {
  readonly protocol: "http/1.1" | "h2";
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly connection: ConnectionState;
  header(name: string): string | undefined;
  /** True when nobody is there any more to take the answer. */
  gone(): boolean;
  /** True when a GOAWAY named this exchange unprocessed. */
  unprocessed(): boolean;
  /** A complete answer. */
  send(status: number, headers: HeaderMap, body: string | Buffer): void;
  /** An answer whose content-length is not that of its body; the connection (or stream) closes after it. */
  sendDeclaring(status: number, headers: HeaderMap, body: Buffer, declaredLength: number): void;
  /** Opens an answer of unknown length, or of the declared one. */
  open(status: number, headers: HeaderMap, declaredLength?: number): void;
  write(chunk: string | Buffer): void;
  /** Ends an opened answer in order. */
  end(): void;
  /** Closes without ending the answer: HTTP/1.1 by FIN, HTTP/2 by RST_STREAM CANCEL. */
  close(): void;
  /** Resets: HTTP/1.1 the socket, HTTP/2 the stream with this code. */
  reset(code: number): void;
  /** HTTP/2: GOAWAY naming this stream and later ones as unprocessed. HTTP/1.1: closes. */
  goAway(): void;
  /** HTTP/2: the whole session stops answering. HTTP/1.1: this request is left hanging. */
  fallSilent(): void;
}

/** Takes every request, once its body is complete; null stands for a body longer than `MAX_REQUEST_BYTES`. */
export type Receive = (exchange: Exchange, body: Buffer | null) => void;

/** The longest request body taken, in bytes; a longer one is told 413. */
export const MAX_REQUEST_BYTES = 64 * 1024 * 1024;
