import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { HeaderMap } from "./dialect.ts";
import type { ConnectionState, Exchange } from "./exchange.ts";
import { type FrameTap, goAwayFrame, resetFrame } from "./http2-frames.ts";

/** What the simulator keeps of an HTTP/2 session. */
export interface SessionState extends ConnectionState {
  /** Present when a fault needs single frames. */
  tap: FrameTap | null;
}

/** An exchange over HTTP/2; see `Exchange` for what each verb means. */
export class Http2Exchange implements Exchange {
  readonly protocol = "h2";
  readonly connection: SessionState;
  readonly #stream: ServerHttp2Stream;
  readonly #headers: IncomingHttpHeaders;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, session: SessionState) {
    this.#stream = stream;
    this.#headers = headers;
    this.connection = session;
  }

  get method(): string {
    return String(this.#headers[":method"] ?? "");
  }

  get path(): string {
    return String(this.#headers[":path"] ?? "/");
  }

  header(name: string): string | undefined {
    const value = this.#headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  gone(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  unprocessed(): boolean {
    return (this.#stream.id ?? 0) >= this.connection.unprocessedFrom;
  }

  send(status: number, headers: HeaderMap, body: string | Buffer): void {
    this.sendDeclaring(status, headers, body, Buffer.byteLength(body));
  }

  sendDeclaring(status: number, headers: HeaderMap, body: string | Buffer, declaredLength: number): void {
    this.open(status, headers, declaredLength);
    this.#stream.end(body);
  }

  open(status: number, headers: HeaderMap, declaredLength?: number): void {
    const head: Record<string, string | string[] | number> = headers;
    head[":status"] = status;
    if (declaredLength !== undefined) head["content-length"] = String(declaredLength);
    if (Array.isArray(head["content-type"])) head["content-type"] = head["content-type"][0] ?? "";
    this.#stream.respond(head);
  }

  write(chunk: string | Buffer): void {
    this.#stream.write(chunk);
  }

  end(): void {
    this.#stream.end();
  }

  close(): void {
    this.reset(constants.NGHTTP2_CANCEL);
  }

  reset(code: number): void {
    const { tap } = this.connection;
    if (tap === null || !this.#stream.headersSent) {
      this.#stream.close(code);
      return;
    }
    tap.write(resetFrame(this.#stream.id ?? 0, code));
    this.#stream.destroy();
  }

  goAway(): void {
    const id = this.#stream.id ?? 0;
    if (id >= this.connection.unprocessedFrom) return;
    this.connection.unprocessedFrom = id;
    // Client streams have odd ids: the one before this is the last that will be answered.
    this.connection.tap?.write(goAwayFrame(Math.max(0, id - 2)));
  }

  fallSilent(): void {
    this.connection.silent = true;
    this.connection.tap?.fallSilent();
  }
}
