// The four prompts of xAI's guide to asynchronous requests, two at a time.
// node examples/four-prompts.ts
import { processRequests } from "sluice";
import { whom } from "./whom.ts";

const answers = await processRequests(
  ["Tell me a joke", "Write a funny haiku", "Generate a funny X post", "Say something unhinged"],
  { ...whom, model: "grok-4.3", maxConcurrent: 2 },
);
answers.forEach((answer, i) => {
  console.log(`# Response ${i}:\n${answer.text}`);
});
