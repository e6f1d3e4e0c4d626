import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** A request as the provider saw it. */
export interface Received {
  /** 1 for the first request that ever came. */
  number: number;
  path: string;
  headers: IncomingMessage["headers"];
  /** The body, byte for byte as text, and parsed. */
  raw: string;
  body: Record<string, unknown>;
  model: string;
  /** The last message's text. */
  prompt: string;
}

/** What the provider does with a request. Leaving the response alone holds the request. */
export type Respond = (request: Received, response: ServerResponse) => void;

export interface FakeProvider {
  /** "http://127.0.0.1:40123/v1" */
  baseUrl: string;
  port: number;
  /** Every POST, in order of arrival. */
  received: readonly Received[];
  /** What does the answering from now on. */
  respond: Respond;
  /** Resolves when so many requests have come, in all. */
  arrivals(count: number): Promise<void>;
  prompts(): string[];
  /** Forgets what was received. */
  clear(): void;
  close(): Promise<void>;
}

/** A provider on loopback that a test scripts per request; it counts what truly arrived. */
export async function startFakeProvider(respond: Respond = answerWithEcho): Promise<FakeProvider> {
  const received: Received[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const provider: FakeProvider = {
    baseUrl: "",
    port: 0,
    received,
    respond,
    prompts: () => received.map(({ prompt }) => prompt),
    clear: () => void received.splice(0),
    arrivals: (count) =>
      new Promise((resolve) => {
        if (received.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    close: () => closeServer(server),
  };
  const server = createServer(async (request, response) => {
    response.on("error", () => {});
    if (request.method !== "POST") return fail(response, 404, { error: { message: "no such path" } });
    const raw = await bodyOf(request).catch(() => null);
    if (raw === null) return;
    const seen = receivedOf(received.length + 1, request, raw);
    received.push(seen);
    for (const { count, resolve } of waiting) if (received.length >= count) resolve();
    provider.respond(seen, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  provider.port = typeof address === "object" && address !== null ? address.port : 0;
  provider.baseUrl = `http://127.0.0.1:${provider.port}/v1`;
  return provider;
}

/** Answers with text made from the prompt, so that a mix-up of rows is visible. */
export function answerWithEcho(request: Received, response: ServerResponse): void {
  answer(response, `echo ${request.prompt}`, { model: request.model });
}

export function answer(response: ServerResponse, text: string | null, over: object = {}): void {
  json(response, 200, {
    id: "chatcmpl-1",
    object: "chat.completion",
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    ...over,
  });
}

export function fail(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  json(response, status, body, headers);
}

/** Breaks the connection without a word. */
export function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function json(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

function receivedOf(number: number, request: IncomingMessage, raw: string): Received {
  const body = JSON.parse(raw);
  const last = body.messages?.at(-1)?.content ?? body.input ?? "";
  const { url: path = "", headers } = request;
  return { number, path, headers, raw, body, model: String(body.model), prompt: String(last) };
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
