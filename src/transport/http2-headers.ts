import type { Exchange, ResponseHead } from "../model/transport.ts";

/** Turns exchanges into HTTP/2 field lists; what repeats from request to request is made once. */
export class RequestFields {
  readonly #scheme: string;
  readonly #authority: string;
  readonly #known = new WeakMap<object, readonly string[]>();

  constructor(origin: URL) {
    this.#scheme = origin.protocol.slice(0, -1);
    this.#authority = origin.host;
  }

  /** Name, value, name, value …, pseudo-headers first. */
  of(exchange: Exchange): string[] {
    const fields = [
      ":method",
      exchange.method,
      ":path",
      exchange.path,
      ":scheme",
      this.#scheme,
      ":authority",
      this.#authority,
      ...this.#regular(exchange.headers),
    ];
    if (exchange.body !== null) fields.push("content-length", String(exchange.body.byteLength));
    return fields;
  }

  #regular(headers: Exchange["headers"]): readonly string[] {
    const known = this.#known.get(headers);
    if (known !== undefined) return known;
    const fields = Object.entries(headers).flatMap(([name, value]) => [name.toLowerCase(), value]);
    this.#known.set(headers, fields);
    return fields;
  }
}

/** The head as the wire gave it: repeated names become arrays, no name can reach a prototype. */
export function toResponseHead(rawFields: readonly string[]): ResponseHead {
  const headers: Record<string, string | string[] | undefined> = Object.create(null);
  let status = 0;
  for (let i = 0; i + 1 < rawFields.length; i += 2) {
    const name = rawFields[i] ?? "";
    const value = rawFields[i + 1] ?? "";
    if (name === ":status") status = Number(value);
    else addField(headers, name, value);
  }
  return { status, headers };
}

function addField(headers: Record<string, string | string[] | undefined>, name: string, value: string): void {
  const known = headers[name];
  if (known === undefined) headers[name] = value;
  else if (Array.isArray(known)) known.push(value);
  else headers[name] = [known, value];
}
