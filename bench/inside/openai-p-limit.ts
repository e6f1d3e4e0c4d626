/** What most people write: the official client, and a limit around it. */
import OpenAI from "openai";
import pLimit from "p-limit";
import { readTask, report } from "./task.ts";

const { origin, inFlight, lines } = readTask();
const client = new OpenAI({ baseURL: `${origin}/v1`, apiKey: "bench" });
const limit = pLimit(inFlight);
const texts = await Promise.all(
  lines.map((line) =>
    limit(async () => {
      const completion = await client.chat.completions.create(JSON.parse(line.toString()));
      return completion.choices[0]?.message.content;
    }),
  ),
);
report(texts.filter((text) => typeof text === "string").length);
