import { MINUTE_MS, SECOND_MS } from "../../model/duration.ts";
import type { Binding } from "../../model/limits.ts";
import type { LaneView, Snapshot } from "../../observe/index.ts";
import { count, percent } from "./figures.ts";

type Limit = LaneView["limits"][number];

const WORDS: Readonly<Record<Binding, string>> = {
  concurrency: "concurrency",
  rps: "requests per second",
  rpm: "requests per minute",
  tpm: "tokens per minute",
  provider: "the provider",
  disk: "the disk",
  retries: "retries: what is left is tried again later",
  connections: "connections",
  input: "the input",
  output: "the output",
  budget: "the budget: what is in flight may use it up",
  halt: "your pause",
  nothing: "nothing: all that is left is in flight",
};

export function bindingWords(by: Binding): string {
  return WORDS[by];
}

/** What binds now, with the share of it that is used: "bound by requests per second: 98% of 37". */
export function boundWords({ bound, lanes, inFlight }: Snapshot): string | null {
  if (bound === null) return null;
  const words = `bound by ${WORDS[bound.by]}`;
  if (bound.by === "nothing") return inFlight > 0 ? words : null;
  const limit = limitBehind(bound.by, lanes);
  if (limit !== null) return `${words}: ${percent(limit.usedShare)} of ${amount(limit.perWindow)}`;
  if (bound.by === "concurrency") return `${words}: ${count(inFlight)} in flight`;
  return bound.share > 0.95 ? words : `${words}: ${percent(bound.share)} of the time`;
}

/** "37 requests/s", "10,000,000 tokens/min", "100 requests/10s". */
export function limitWords({ dimension, perWindow, windowMs }: Limit): string {
  return `${amount(perWindow)} ${dimension}/${windowWords(windowMs)}`;
}

/** A learned limit of 0.4 a second is no 0. */
function amount(perWindow: number): string {
  return perWindow < 10 && !Number.isInteger(perWindow) ? perWindow.toFixed(1) : count(perWindow);
}

function windowWords(windowMs: number): string {
  if (windowMs === SECOND_MS) return "s";
  if (windowMs === MINUTE_MS) return "min";
  if (windowMs === 60 * MINUTE_MS) return "h";
  if (windowMs === 24 * 60 * MINUTE_MS) return "day";
  return `${windowMs / SECOND_MS}s`;
}

/** The most used limit of the kind that binds, over all lanes. */
function limitBehind(by: Binding, lanes: readonly LaneView[]): Limit | null {
  const limits = lanes.flatMap((lane) => lane.limits).filter((limit) => isBehind(by, limit));
  return limits.reduce<Limit | null>(
    (most, limit) => (most === null || limit.usedShare > most.usedShare ? limit : most),
    null,
  );
}

function isBehind(by: Binding, { dimension, windowMs }: Limit): boolean {
  if (by === "tpm") return dimension === "tokens";
  if (dimension !== "requests") return false;
  return by === "rps" ? windowMs <= SECOND_MS : by === "rpm" && windowMs > SECOND_MS;
}
