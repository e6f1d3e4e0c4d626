import { constants } from "node:http2";
import { describeStreamReset, type WireFault } from "./broken-wire.ts";

/** What is known of a stream that closed before its response was whole. */
export interface ClosedStream {
  address: string;
  /** False when the stream never got a number: its request did not leave. */
  numbered: boolean;
  /** The peer's GOAWAY named a lower stream as the last it took. */
  disowned: boolean;
  headSeen: boolean;
  resetCode: number;
  /** What ended the whole connection; null while it stands. */
  connectionFault: WireFault | null;
}

/** How such a stream ended: the one table of HTTP/2 facts. */
export function judgeClosedStream(stream: ClosedStream): WireFault & { unprocessed: boolean } {
  const { address } = stream;
  if (!stream.numbered) {
    const message = `${address} ended the connection before the request was written`;
    return { unprocessed: true, code: "not-written", message };
  }
  if (stream.disowned) {
    const message = `${address} is closing the connection and did not take this request`;
    return { unprocessed: true, code: "goaway", message };
  }
  if (stream.resetCode === constants.NGHTTP2_REFUSED_STREAM && !stream.headSeen) {
    return { unprocessed: true, code: "refused-stream", message: `${address} refused the stream` };
  }
  const fault = stream.connectionFault ?? describeStreamReset(stream.resetCode, address);
  return { unprocessed: false, ...fault };
}
