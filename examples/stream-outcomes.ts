// Any iterable, endless ones too: rows are read as they can be sent, and outcomes come in order as you iterate.
// node examples/stream-outcomes.ts
import { createSluice } from "sluice";
import { whom } from "./whom.ts";

async function* questions() {
  for (let i = 1; ; i++) yield `What is ${i} times ${i}?`;
}

await using sluice = createSluice({ ...whom, maxConcurrent: 8 });

let read = 0;
for await (const outcome of sluice.run(questions(), { model: "grok-4.3" })) {
  console.log(`${outcome.request} ${outcome.text?.slice(0, 40)}`);
  read += 1;
  // Leaving the loop gives up what is in flight; run.drain() would wait for it.
  if (read === 20) break;
}
