import { readFileSync } from "node:fs";
import { createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from "node:http2";
import { Readable } from "node:stream";
import { answerPieces, WHOLE_UP_TO, wholeAnswer } from "./answer-body.ts";
import type { Desk } from "./desk.ts";

const STREAMS_PER_CONNECTION = 1000;
const SESSION_MEMORY_MB = 1000;

/** TLS with HTTP/2, with the tests' own key pair. */
export function createHttp2Server(desk: Desk): Http2SecureServer {
  const server = createSecureServer({
    key: fixture("localhost-key.pem"),
    cert: fixture("localhost-cert.pem"),
    settings: { maxConcurrentStreams: STREAMS_PER_CONNECTION },
    maxSessionMemory: SESSION_MEMORY_MB,
  });
  let known: { bytes: number; body: Buffer } = { bytes: -1, body: Buffer.alloc(0) };
  const answer = (stream: ServerHttp2Stream) => {
    if (stream.destroyed) return;
    const { answerBytes } = desk.manner;
    stream.respond({
      ":status": 200,
      "content-type": "application/json",
      "content-length": String(answerBytes),
    });
    if (answerBytes > WHOLE_UP_TO) {
      Readable.from(answerPieces(answerBytes), { highWaterMark: 1 }).pipe(stream);
      return;
    }
    if (known.bytes !== answerBytes) known = { bytes: answerBytes, body: wholeAnswer(answerBytes) };
    stream.end(known.body);
  };
  server.on("stream", (stream) => {
    const chunks: Buffer[] = [];
    stream.on("error", () => {});
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => desk.receive(Buffer.concat(chunks), () => answer(stream)));
  });
  return server;
}

function fixture(name: string): string {
  return readFileSync(new URL(`../../test/fixtures/${name}`, import.meta.url), "utf8");
}
