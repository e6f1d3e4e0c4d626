/**
 * How a run meets a fault that strikes its requests for a while (contract, section 6):
 *
 * answers  all is answered in the end, in one go
 * holds    our own timeout: the rows are unknown, and `--retry-unknown` finishes them
 * parks    the provider says to come back in hours: said, stopped by Ctrl-C, finished by the same command later
 * stops    exit 3; the same command finishes once the account or the address is right
 */
export type Meeting = "answers" | "holds" | "parks" | "stops";

export interface FaultCase {
  /** As the simulator names it, or one of `fault-front.ts`. */
  fault: string;
  meets: Meeting;
  /** HTTP/2 over TLS; else HTTP/1.1 in the clear. */
  http2: boolean;
  /** How long the fault waits before it strikes, in the long form and in the short one. */
  delay?: { long: string; short: string };
  /** Tokens of every answer, in place of a fault. */
  answerTokens?: string;
  /** More options of `sluice run`. */
  options?: readonly string[];
}

const HTTP1: readonly FaultCase[] = [
  ...["429-second", "429-minute", "429-tokens", "429-capacity", "500", "502", "503", "529"].map(answers),
  { ...answers("504"), delay: { long: "60s", short: "500ms" } },
  ...["reset-before", "reset-mid", "close-before", "truncated", "cut-chunked"].map(answers),
  ...["truncated-json", "wrong-type", "html", "html-502", "empty", "error-in-200"].map(answers),
  { ...answers("slow"), delay: { long: "20s", short: "500ms" } },
  ...["wrong-length", "duplicate-headers", "huge-headers", "gzip", "invalid-utf8"].map(answers),
  ...["stream-cut", "stream-error"].map((fault) => ({ ...answers(fault), options: ["--stream"] })),
  ...["stall", "hang"].map((fault) => ({
    ...answers(fault),
    meets: "holds" as const,
    options: ["--timeout", "5s"],
  })),
  { ...answers("429-daily"), meets: "parks" },
  ...["429-credits", "429-zero", "401", "redirect"].map((fault) => ({
    ...answers(fault),
    meets: "stops" as const,
  })),
  ...["refused", "dns"].map(answers),
];

const HTTP2_CODES = [0, 2, 7, 8, 11];

const HTTP2: readonly FaultCase[] = [
  ...HTTP2_CODES.flatMap((code) => [`rst-${code}`, `rst-${code}-mid`]),
  "goaway",
  "no-ping",
  "tls",
].map((fault) => ({ ...answers(fault), http2: true }));

/** Not a fault: every answer is a megabyte, on one session. */
const LARGE: FaultCase = {
  ...answers("1-MB-answers"),
  http2: true,
  answerTokens: "250000",
  options: ["--tpm", "1000000000"],
};

export const FAULT_CASES: readonly FaultCase[] = [...HTTP1, ...HTTP2, LARGE];

function answers(fault: string): FaultCase {
  return { fault, meets: "answers", http2: false };
}
