import type { Load } from "../model/limiter.ts";

/** Output of a chat answer before any was seen. Tokens. */
const FIRST_OUTPUT_TOKENS = 300;
/** Bytes of request body per prompt token before any usage was seen. */
const FIRST_BYTES_PER_TOKEN = 4;
/** Means settle at first and follow later. */
const SLOWEST_GAIN = 0.02;
/** Beyond this no model answers; an absurd figure must not become a wait of days. */
const MOST_TOKENS = 10_000_000;
/** A base64 image has thousands of bytes per token. */
const MOST_BYTES_PER_TOKEN = 100_000;
const LEAST_BYTES_PER_TOKEN = 0.1;

/** How many tokens a request will take: prompt by a learned ratio of bytes, output by the mean of this lane. */
export class TokenEstimator {
  #samples = 0;
  #meanOutput = 0;
  #meanPrompt = 0;
  #bytes = 0;
  #promptTokens = 0;

  /** Prompt and output together, a whole number. */
  estimate(load: Load): number {
    return Math.ceil(this.promptTokens(load.bodyBytes) + this.#outputTokens(load));
  }

  promptTokens(bodyBytes: number): number {
    return bodyBytes / this.#bytesPerToken();
  }

  /** The mean output of an answer of this lane; before any, the first guess. */
  meanOutput(): number {
    return this.#samples === 0 ? FIRST_OUTPUT_TOKENS : this.#meanOutput;
  }

  /** The mean of a whole request of this lane, at least 1. */
  meanTotal(): number {
    return Math.max(1, this.#meanPrompt + this.meanOutput());
  }

  learn(bodyBytes: number, inputTokens: number | null, outputTokens: number | null): void {
    if (inputTokens !== null && inputTokens > 0 && inputTokens <= MOST_TOKENS && bodyBytes > 0) {
      this.#meanPrompt += (inputTokens - this.#meanPrompt) * (this.#meanPrompt === 0 ? 1 : SLOWEST_GAIN);
      this.#bytes = this.#bytes * (1 - SLOWEST_GAIN) + bodyBytes;
      this.#promptTokens = this.#promptTokens * (1 - SLOWEST_GAIN) + inputTokens;
    }
    if (outputTokens === null || outputTokens < 0 || outputTokens > MOST_TOKENS) return;
    this.#samples += 1;
    this.#meanOutput += (outputTokens - this.#meanOutput) * Math.max(1 / this.#samples, SLOWEST_GAIN);
  }

  /** The learned mean is not bounded by the cap: reasoning is billed beyond it (xAI's max_completion_tokens). */
  #outputTokens(load: Load): number {
    if (this.#samples > 0) return this.#meanOutput;
    return Math.min(FIRST_OUTPUT_TOKENS, load.maxTokens ?? FIRST_OUTPUT_TOKENS) * Math.max(1, load.samples);
  }

  #bytesPerToken(): number {
    if (this.#promptTokens === 0) return FIRST_BYTES_PER_TOKEN;
    const learned = this.#bytes / this.#promptTokens;
    return Math.min(MOST_BYTES_PER_TOKEN, Math.max(LEAST_BYTES_PER_TOKEN, learned));
  }
}
