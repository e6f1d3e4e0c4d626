// A run that stops before it passes its budget, and what is known of every row then.
// node examples/budget.ts
import { processRequests, RunStoppedError } from "sluice";
import { whom } from "./whom.ts";

const prompts = Array.from({ length: 100 }, (_, i) => `Write a story about the number ${i}.`);
try {
  await processRequests(prompts, { ...whom, model: "grok-4.3", maxTokens: 200, budget: 0.01 });
  console.log("All answered within the budget.");
} catch (error) {
  if (!(error instanceof RunStoppedError)) throw error;
  const answered = error.outcomes.filter((outcome) => outcome.status === "answered");
  const spent = answered.reduce((sum, outcome) => sum + (outcome.cost ?? 0), 0);
  console.log(`Stopped by the ${error.reason}: ${answered.length} of ${error.outcomes.length} answered.`);
  console.log(`Spent $${spent.toFixed(4)} of $0.01.`);
}
