import { createServer, type Server, type Socket } from "node:net";
import { Readable } from "node:stream";
import { answerPieces, WHOLE_UP_TO, wholeAnswer } from "./answer-body.ts";
import type { Desk } from "./desk.ts";

const HEAD_END = Buffer.from("\r\n\r\n");
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
const NO_BYTES = Buffer.alloc(0);

/**
 * HTTP/1.1 as far as our clients speak it (keep-alive, content-length, no pipelining), straight on sockets: a full
 * server would cost about what the leanest client does, and then it is the server that is measured.
 */
export function createHttp1Server(desk: Desk): Server {
  let known = { bytes: -1, response: NO_BYTES };
  const smallResponse = (bytes: number): Buffer => {
    if (known.bytes !== bytes) {
      known = { bytes, response: Buffer.concat([responseHead(bytes), wholeAnswer(bytes)]) };
    }
    return known.response;
  };
  const answer = (socket: Socket) => {
    if (socket.destroyed) return;
    const { answerBytes } = desk.manner;
    if (answerBytes <= WHOLE_UP_TO) socket.write(smallResponse(answerBytes));
    else sendInPieces(socket, answerBytes);
  };
  return createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => {});
    onRequests(socket, (body) => desk.receive(body, () => answer(socket)));
  });
}

function onRequests(socket: Socket, receive: (body: Buffer) => void): void {
  let held: Buffer = NO_BYTES;
  socket.on("data", (chunk: Buffer) => {
    const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    held = bytes;
    const headEnd = bytes.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const bodyStart = headEnd + HEAD_END.length;
    const length = CONTENT_LENGTH.exec(bytes.toString("latin1", 0, headEnd))?.[1];
    if (length === undefined) throw new Error("the bench server takes requests with a content-length only");
    if (bytes.length < bodyStart + Number(length)) return;
    held = NO_BYTES;
    receive(bytes.subarray(bodyStart));
  });
}

function responseHead(bodyBytes: number): Buffer {
  return Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${bodyBytes}\r\n\r\n`,
  );
}

function sendInPieces(socket: Socket, bytes: number): void {
  socket.write(responseHead(bytes));
  Readable.from(answerPieces(bytes), { highWaterMark: 1 }).pipe(socket, { end: false });
}
