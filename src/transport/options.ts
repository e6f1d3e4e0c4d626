import type { Clock } from "../model/clock.ts";
import { UsageError } from "../model/errors.ts";

/** How the transport of one origin is built. */
export interface TransportOptions {
  /** Scheme, host and port: "https://api.x.ai", "http://127.0.0.1:8080". A path, if any, is ignored. */
  origin: string;
  clock: Clock;
  /**
   * The most sockets open at once, 1 or more. Default 4,096. HTTP/1.1 needs one per request in flight;
   * HTTP/2 one per several hundred.
   */
  maxConnections?: number;
  /**
   * "auto" (default): over TLS the first connection's ALPN decides, in the clear HTTP/1.1.
   * "http2" in the clear is prior knowledge (h2c).
   */
  protocol?: "auto" | "http1" | "http2";
  /** PEM certificates trusted in place of the built-in authorities. */
  ca?: string;
  /** False accepts any certificate. Default true. */
  rejectUnauthorized?: boolean;
  /** A proxy that connections over TLS are tunnelled through: "http://user:password@host:3128". Default: none. */
  proxy?: URL | null;
  /** The longest body accepted, in bytes, encoded or decoded; an exchange may set its own. Default 64 MiB. */
  maxBodyBytes?: number;
  /** Bytes of unfinished bodies held at once; beyond it reading pauses, but never all of it. Default 96 MiB. */
  maxBytesInFlight?: number;
}

/** The same with every default filled in. */
export interface TransportSettings {
  origin: URL;
  clock: Clock;
  maxConnections: number;
  protocol: "auto" | "http1" | "http2";
  ca: string | undefined;
  rejectUnauthorized: boolean;
  proxy: URL | null;
  maxBodyBytes: number;
  maxBytesInFlight: number;
}

const MEBIBYTE = 1024 * 1024;
const DEFAULT_MAX_CONNECTIONS = 4096;
export const DEFAULT_MAX_BODY_BYTES = 64 * MEBIBYTE;
const DEFAULT_MAX_BYTES_IN_FLIGHT = 96 * MEBIBYTE;

/** Response heads beyond this are an attack or a mistake; over HTTP/1.1 and HTTP/2 alike, and no option. */
export const MAX_HEAD_BYTES = 64 * 1024;

/** Fills in the defaults; a `UsageError` names the option that cannot be. */
export function resolveOptions(options: TransportOptions): TransportSettings {
  return {
    origin: parseOrigin(options.origin),
    clock: options.clock,
    protocol: options.protocol ?? "auto",
    ca: options.ca,
    rejectUnauthorized: options.rejectUnauthorized ?? true,
    proxy: options.proxy ?? null,
    maxConnections: atLeastOne("maxConnections", options.maxConnections ?? DEFAULT_MAX_CONNECTIONS),
    maxBodyBytes: atLeastOne("maxBodyBytes", options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES),
    maxBytesInFlight: atLeastOne("maxBytesInFlight", options.maxBytesInFlight ?? DEFAULT_MAX_BYTES_IN_FLIGHT),
  };
}

function parseOrigin(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw new UsageError(
    `the address ${JSON.stringify(text)} is not one of http:// or https://; give one such as https://api.x.ai`,
  );
}

function atLeastOne(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new UsageError(`${name} must be a whole number of 1 or more, not ${value}`);
}
