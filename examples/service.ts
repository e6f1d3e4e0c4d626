// A service: every handler calls processRequests, and all of them together stay within one limit.
// node examples/service.ts
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { processRequests } from "sluice";
import { whom } from "./whom.ts";

const server = createServer(async (request, response) => {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  try {
    const prompts: string[] = JSON.parse(await text(request));
    const options = { ...whom, model: "grok-4.3", maxConcurrent: 3, signal: gone.signal };
    const outcomes = await processRequests(prompts, options);
    response.end(JSON.stringify(outcomes.map((outcome) => outcome.text)));
  } catch (error) {
    response.writeHead(502).end(error instanceof Error ? error.message : "no answer");
  }
});
server.listen(0, "127.0.0.1", async () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const calls = Array.from({ length: 10 }, async (_, caller) => {
    const body = JSON.stringify([`A question of caller ${caller}`, `Another of caller ${caller}`]);
    const response = await fetch(`http://127.0.0.1:${port}`, { method: "POST", body });
    console.log(`caller ${caller}: ${(await response.text()).slice(0, 60)}`);
  });
  await Promise.all(calls);
  server.close();
});
