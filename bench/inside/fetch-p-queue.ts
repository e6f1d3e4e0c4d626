/** Without a client library: `fetch` in a queue. */
import PQueue from "p-queue";
import { answerText, readTask, report } from "./task.ts";

const { origin, inFlight, lines } = readTask();
const queue = new PQueue({ concurrency: inFlight });
const headers = { "content-type": "application/json", authorization: "Bearer bench" };
const texts = await queue.addAll(
  lines.map((line) => async () => {
    const response = await fetch(`${origin}/v1/chat/completions`, {
      method: "POST",
      headers,
      body: line.toString(),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return answerText(await response.json());
  }),
);
report(texts.length);
