import type { IncomingMessage, ServerResponse } from "node:http";
import type { HeaderMap } from "./dialect.ts";
import type { ConnectionState, Exchange } from "./exchange.ts";

const ALIVE: ConnectionState = { unprocessedFrom: Number.POSITIVE_INFINITY, silent: false };

/** An exchange over HTTP/1.1; see `Exchange` for what each verb means. */
export class Http1Exchange implements Exchange {
  readonly protocol = "http/1.1";
  readonly connection = ALIVE;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
  }

  get method(): string {
    return this.#request.method ?? "";
  }

  get path(): string {
    return this.#request.url ?? "/";
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  gone(): boolean {
    return this.#response.destroyed || this.#response.socket?.destroyed !== false;
  }

  unprocessed(): boolean {
    return false;
  }

  send(status: number, headers: HeaderMap, body: string | Buffer): void {
    headers["content-length"] = String(Buffer.byteLength(body));
    this.#response.writeHead(status, headers);
    this.#response.end(body);
  }

  sendDeclaring(status: number, headers: HeaderMap, body: Buffer, declaredLength: number): void {
    this.open(status, headers, declaredLength);
    this.#response.write(body);
    this.close();
  }

  open(status: number, headers: HeaderMap, declaredLength?: number): void {
    if (declaredLength !== undefined) headers["content-length"] = String(declaredLength);
    this.#response.writeHead(status, headers);
    this.#response.flushHeaders();
  }

  write(chunk: string | Buffer): void {
    this.#response.write(chunk);
  }

  end(): void {
    this.#response.end();
  }

  close(): void {
    this.#response.socket?.end();
  }

  reset(): void {
    this.#response.socket?.resetAndDestroy();
  }

  goAway(): void {
    this.close();
  }

  fallSilent(): void {}
}
