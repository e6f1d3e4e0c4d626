import { HTTP2_ERROR_NAMES } from "../model/http2-errors.ts";
import { errorCode } from "./connect-failure.ts";

/** What is said of a connection that broke under a written request. */
export interface WireFault {
  code: string;
  message: string;
}

/** Names the fault of a broken connection: `reset` by the peer, `closed` by it, or nonsense on the wire. */
export function describeWireError(error: unknown, address: string): WireFault {
  const cause = errorCode(error);
  switch (cause) {
    case "ECONNRESET":
    case "EPIPE":
      return {
        code: "reset",
        message: `${address} reset the connection (${cause}) after the request was written`,
      };
    case "UND_ERR_SOCKET":
    case "ERR_HTTP2_STREAM_CANCEL":
      return { code: "closed", message: `${address} closed the connection before the response was complete` };
    case "ETIMEDOUT":
      return { code: "connection-lost", message: `the connection to ${address} was lost (${cause})` };
    case "UND_ERR_RES_CONTENT_LENGTH_MISMATCH":
      return {
        code: "content-length",
        message: `${address} sent a body that differs from its content-length`,
      };
    case "UND_ERR_HEADERS_OVERFLOW":
      return { code: "head-too-large", message: `${address} sent response headers beyond the bound` };
    default:
      return { code: "bad-response", message: `${address} sent what is no HTTP response (${cause})` };
  }
}

/** "CANCEL (8)". */
export function nameErrorCode(code: number): string {
  return `${HTTP2_ERROR_NAMES[code] ?? "an unknown code"} (${code})`;
}

/** A stream the peer reset after our request: nobody can say whether it was processed. */
export function describeStreamReset(code: number, address: string): WireFault {
  return { code: "stream-reset", message: `${address} reset the stream with ${nameErrorCode(code)}` };
}
