import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

interface FakeProvider {
  baseURL: string;
  /** Bodies received so far, and the last one as it was written. */
  bodies: Record<string, unknown>[];
  written(): string;
  /** Requests under way. */
  open(): number;
}

/** A provider that answers what the test says, when the test says; null = not at all. */
export async function provide(
  answer: (body: Record<string, unknown>, number: number) => string | null | Promise<string>,
): Promise<FakeProvider> {
  const bodies: Record<string, unknown>[] = [];
  let open = 0;
  let written = "";
  const server = createServer(async (request, response) => {
    open += 1;
    response.on("close", () => {
      open -= 1;
    });
    if (request.method === "GET") return void response.writeHead(404).end();
    written = await text(request);
    const body = JSON.parse(written) as Record<string, unknown>;
    bodies.push(body);
    const content = await answer(body, bodies.length);
    if (content === null) return;
    const choice = { index: 0, finish_reason: "stop", message: { role: "assistant", content } };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ object: "chat.completion", model: body.model, choices: [choice] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { baseURL: `http://127.0.0.1:${port}/v1`, bodies, written: () => written, open: () => open };
}
