import { formatDuration } from "../model/duration.ts";
import type { Limit } from "../model/limits.ts";
import { formatUsd, type Ticks } from "../model/money.ts";
import type { Price } from "../model/provider.ts";

/** Tokens of an answer nobody capped, for a range that is honest about not knowing. */
const SHORT_ANSWER_TOKENS = 50;
const LONG_ANSWER_TOKENS = 1000;
const BYTES_PER_TOKEN = 4;
/** JSON around a row's own text: roles, names, the model. */
const BODY_OVERHEAD_BYTES = 80;

/** What is known before the first send. */
export interface PreviewFacts {
  rows: number;
  todo: number;
  models: readonly string[];
  provider: string;
  limits: readonly Limit[];
  /** Bytes of all request bodies, or of the input where the door was skipped. */
  bodyBytes: number;
  maxTokens: number | null;
  price: Price | null;
}

export interface Preview {
  /** The one line said before anything is sent. */
  line: string;
  /** The most this run is expected to cost; null = unknown. */
  high: Ticks | null;
}

export function previewRun(facts: PreviewFacts): Preview {
  const promptTokens = Math.ceil((facts.bodyBytes * share(facts)) / BYTES_PER_TOKEN) + overheadTokens(facts);
  const low = Math.min(SHORT_ANSWER_TOKENS, facts.maxTokens ?? SHORT_ANSWER_TOKENS) * facts.todo;
  const high = (facts.maxTokens ?? LONG_ANSWER_TOKENS) * facts.todo;
  const money = moneyRange(facts.price, promptTokens, low, high);
  const parts = [
    `${count(facts.rows)} ${facts.rows === 1 ? "row" : "rows"}, ${count(facts.todo)} to send`,
    `${modelsOf(facts.models)} at ${facts.provider}`,
    limitsText(facts.limits),
    timeText(facts.todo, promptTokens + (low + high) / 2, facts.limits),
    money === null ? "cost unknown" : `${formatUsd(money.low)}–${formatUsd(money.high)}`,
  ];
  return { line: parts.filter((part) => part !== null).join(" · "), high: money?.high ?? null };
}

/** "37 requests/s (published)" for each limit. */
export function limitsText(limits: readonly Limit[]): string {
  if (limits.length === 0) return "no known limits";
  return limits.map((limit) => `${limitText(limit)} (${limit.source})`).join(", ");
}

export function limitText({ dimension, perWindow, windowMs }: Limit): string {
  const window = windowMs === 1000 ? "s" : windowMs === 60_000 ? "min" : formatDuration(windowMs);
  return `${count(perWindow)} ${dimension}/${window}`;
}

/** The least time the known limits allow; null where none is known. */
function timeText(todo: number, tokens: number, limits: readonly Limit[]): string | null {
  if (limits.length === 0 || todo === 0) return null;
  const needed = limits.map(({ dimension, perWindow, windowMs }) => {
    const amount = dimension === "requests" ? todo : tokens;
    return (amount / perWindow) * windowMs;
  });
  return `at least ${formatDuration(Math.max(...needed, 1000))}`;
}

function moneyRange(
  price: Price | null,
  promptTokens: number,
  lowTokens: number,
  highTokens: number,
): { low: Ticks; high: Ticks } | null {
  if (price === null) return null;
  const prompt = promptTokens * price.input;
  return { low: prompt + lowTokens * price.output, high: prompt + highTokens * price.output };
}

function share({ rows, todo }: PreviewFacts): number {
  return rows === 0 ? 0 : todo / rows;
}

function overheadTokens({ todo }: PreviewFacts): number {
  return Math.ceil((todo * BODY_OVERHEAD_BYTES) / BYTES_PER_TOKEN);
}

function modelsOf(models: readonly string[]): string {
  return models.length <= 2 ? models.join(" and ") : `${models.length} models`;
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
