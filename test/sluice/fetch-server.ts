import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** A request as a server of these tests saw it. */
export interface SeenRequest {
  number: number;
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface FetchServer {
  origin: string;
  baseURL: string;
  seen: SeenRequest[];
  /** Requests whose answer is not through. */
  open(): number;
}

/** A server that does what the test says. */
export async function serve(
  answer: (response: ServerResponse, request: SeenRequest) => void,
): Promise<FetchServer> {
  const seen: SeenRequest[] = [];
  let open = 0;
  const server = createServer(async (request, response) => {
    open += 1;
    response.on("close", () => {
      open -= 1;
    });
    const { method = "", url: path = "", headers } = request;
    const one = { number: seen.length + 1, method, path, headers, body: await buffer(request) };
    seen.push(one);
    answer(response, one);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, baseURL: `${origin}/v1`, seen, open: () => open };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** A complete chat answer. */
export function chatAnswer(content = "yes", usage: unknown = undefined) {
  const choice = { index: 0, finish_reason: "stop", message: { role: "assistant", content } };
  return { object: "chat.completion", model: "m", choices: [choice], usage };
}

export const eventOf = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;

/** A chat request, as an SDK makes it. */
export function chat(model = "m", changes: Record<string, unknown> = {}): RequestInit & { body: string } {
  return {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model, messages: [{ role: "user", content: "hello" }], ...changes }),
  };
}
