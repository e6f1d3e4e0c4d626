import { connect as connectHttp2, type IncomingHttpHeaders } from "node:http2";
import { connect, type Socket } from "node:net";

/** A chat body with one user message. */
export function chat(content: string, more: Record<string, unknown> = {}) {
  return { model: "grok-4.3", messages: [{ role: "user", content }], ...more };
}

/** Posts JSON by fetch and reads the JSON that comes back. */
export async function post(
  baseUrl: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
) {
  const response = await fetch(`${baseUrl}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
    redirect: "manual",
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
}

/** The JSON of a GET. */
export async function getJson(url: string) {
  return JSON.parse(await (await fetch(url)).text());
}

/** What a raw socket saw of one HTTP/1.1 request: the bytes, and how the connection ended. */
export interface RawAnswer {
  status: number | null;
  /** Header lines, names in lower case, repeated ones included. */
  headers: readonly (readonly [string, string])[];
  body: Buffer;
  end: "closed" | "reset" | "open";
}

/** One request over a socket of its own; gives up waiting after `patienceMs`. */
export function rawHttp1(port: number, body: unknown, patienceMs = 2000): Promise<RawAnswer> {
  const text = JSON.stringify(body);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket: Socket = connect(port, "127.0.0.1");
    const done = (end: RawAnswer["end"]) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ ...parsed(Buffer.concat(chunks)), end });
    };
    const timer = setTimeout(() => done("open"), patienceMs);
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("end", () => done("closed"));
    socket.on("error", () => done("reset"));
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: simulator\r\nconnection: close\r\n` +
        `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    );
  });
}

function parsed(bytes: Buffer): Omit<RawAnswer, "end"> {
  const split = bytes.indexOf("\r\n\r\n");
  if (split === -1) return { status: null, headers: [], body: bytes };
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, split).split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { status: Number(statusLine.split(" ")[1]), headers, body: bytes.subarray(split + 4) };
}

/** The value of a header that was sent once or more; undefined when it was not. */
export function headerOf(answer: RawAnswer, name: string): string | undefined {
  return answer.headers.find(([key]) => key === name)?.[1];
}

/** What one HTTP/2 stream saw. */
export interface StreamAnswer {
  status: number | null;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The stream's RST_STREAM code, 0 for an end in order; null when it was still open. */
  code: number | null;
  /** The last stream id a GOAWAY named, or null. */
  goAway: number | null;
  /** True when a PING was answered afterwards. */
  alive: boolean;
  /** Whether the stream ended in order, as far as the client could tell. */
  endedInOrder: boolean;
}

/** One request on a session of its own; gives up waiting after `patienceMs`. */
export function http2Request(
  origin: string,
  body: unknown,
  patienceMs = 2000,
  options: { ca?: string } = {},
): Promise<StreamAnswer> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(origin, options);
    let goAway: number | null = null;
    session.on("goaway", (_code, lastStreamId) => {
      goAway = lastStreamId;
    });
    session.on("error", reject);
    const stream = session.request({
      ":method": "POST",
      ":path": "/v1/chat/completions",
      "content-type": "application/json",
    });
    const answer = { status: null as number | null, headers: {} as IncomingHttpHeaders, endedInOrder: false };
    const chunks: Buffer[] = [];
    stream.on("response", (headers) => {
      answer.status = headers[":status"] ?? null;
      answer.headers = headers;
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      answer.endedInOrder = true;
    });
    stream.on("error", () => {});
    const done = async (code: number | null) => {
      clearTimeout(timer);
      const alive = await answersPing(session);
      session.destroy();
      resolve({ ...answer, body: Buffer.concat(chunks), code, goAway, alive });
    };
    const timer = setTimeout(() => void done(null), patienceMs);
    stream.on("close", () => void done(stream.rstCode ?? null));
    stream.end(JSON.stringify(body));
  });
}

function answersPing(session: ReturnType<typeof connectHttp2>): Promise<boolean> {
  return new Promise((resolve) => {
    if (session.destroyed || session.closed) {
      resolve(false);
      return;
    }
    const timer = setTimeout(() => resolve(false), 100);
    session.ping((error) => {
      clearTimeout(timer);
      resolve(error === null);
    });
  });
}
