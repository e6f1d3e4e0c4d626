// With a ledger no answer is paid twice: run this again, and it sends only what is new.
// node examples/resume.ts && node examples/resume.ts
import { createSluice } from "sluice";
import { whom } from "./whom.ts";

const ledger = process.argv[2] ?? "answers.ledger";
const questions = ["Why is the sky blue?", "Why is grass green?", "Why is blood red?"];

await using sluice = createSluice({ ...whom, ledger });
const run = sluice.run(questions, { model: "grok-4.3" });

let sent = 0;
run.on((event) => {
  if (event.type === "sent") sent += 1;
});
for await (const outcome of run) console.log(`${outcome.request} ${outcome.text?.slice(0, 40)}`);
console.log(`${sent} sent, ${questions.length - sent} from ${ledger}`);
