// OpenAI's SDK on top of Sluice: many calls at once, streams among them, and none fails for want of patience.
// node examples/openai-sdk.ts
import OpenAI from "openai";
import { createSluice } from "sluice";
import { whom } from "./whom.ts";

await using sluice = createSluice({ ...whom, rps: 20 });
const openai = new OpenAI({
  baseURL: "https://api.x.ai/v1",
  apiKey: process.env.XAI_API_KEY ?? "no key is needed to rehearse",
  fetch: sluice.fetch,
});

const ask = (content: string) => ({
  model: "grok-4.3",
  messages: [{ role: "user" as const, content }],
});
const questions = Array.from({ length: 30 }, (_, i) => `What is ${i + 1} times ${i + 1}?`);
const answers = await Promise.all(questions.map((question) => openai.chat.completions.create(ask(question))));
console.log(answers.filter(({ choices }) => choices[0]?.message.content).length, "answers");

const stream = await openai.chat.completions.create({ ...ask("Tell me a joke"), stream: true });
for await (const { choices } of stream) process.stdout.write(choices[0]?.delta.content ?? "");
console.log();
