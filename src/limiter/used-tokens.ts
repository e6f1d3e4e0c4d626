import type { Feedback, Permit } from "../model/limiter.ts";

/** What an ended request took of a token limit: one that was turned away nothing, one that failed only its prompt. */
export function usedTokens(
  { estimatedTokens }: Permit,
  promptTokens: number,
  { inputTokens, kind, outputTokens }: Feedback,
): number {
  const prompt = Math.min(estimatedTokens, promptTokens);
  switch (kind) {
    case "answered":
      if (inputTokens === null && outputTokens === null) return estimatedTokens;
      return (inputTokens ?? prompt) + (outputTokens ?? estimatedTokens - prompt);
    case "failed":
    case "timed-out":
      return prompt;
    default:
      return 0;
  }
}
