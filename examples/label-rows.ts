// Rows are objects of yours: toRequest makes the question, and each outcome carries its row.
// node examples/label-rows.ts
import { processRequests } from "sluice";
import { whom } from "./whom.ts";

const reviews = [
  { id: "r1", stars: 5, text: "Arrived early, works as described." },
  { id: "r2", stars: 1, text: "Broke on the second day." },
  { id: "r3", stars: 3, text: "Fine, but the manual is for another model." },
];

const outcomes = await processRequests(reviews, {
  ...whom,
  model: "grok-4.3",
  system: "Answer with one word: positive, negative or mixed.",
  temperature: 0,
  toRequest: (review) => `Review: ${review.text}`,
});

for (const outcome of outcomes) {
  if (outcome.status === "answered") console.log(`${outcome.request.id}: ${outcome.text}`);
  else console.log(`${outcome.request.id}: ${outcome.status}, ${outcome.error.message}`);
}
