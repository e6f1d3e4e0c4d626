/** How the dialects say that an answer ended at its token limit, and that a filter took it. */
const CUT_REASONS: ReadonlySet<string> = new Set(["length", "max_tokens", "max_output_tokens", "MAX_TOKENS"]);
const FILTERED_REASONS: ReadonlySet<string> = new Set(["content_filter", "content-filter", "SAFETY"]);

/** What an answer's reason to stop says against it, in the words of `--fail-on`; null = nothing. */
export function flawOf(finishReason: string | null): "length" | "content_filter" | null {
  if (finishReason === null) return null;
  if (CUT_REASONS.has(finishReason)) return "length";
  return FILTERED_REASONS.has(finishReason) ? "content_filter" : null;
}
