import { createHash } from "node:crypto";
import type { EndingKind } from "../../src/model/ending.ts";
import type { AttemptRecord, Ledger, OutcomeRecord } from "../../src/model/ledger.ts";
import type { PlanRow, PlanSettings } from "../../src/model/plan.ts";

/** Rows, records and short spellings for the tests of this room. */

export interface Asked {
  /** What the line says. */
  text: string;
  id?: string;
  model?: string;
  lane?: string;
  kind?: PlanRow["kind"];
}

export function settings(name = "questions.jsonl"): PlanSettings {
  return { sourceFingerprint: `fingerprint of ${name}`, sourceName: name, requestSettings: "{}" };
}

/** The plan of an input whose lines are these; `model` shapes every request. */
export function rows(asked: readonly (string | Asked)[], model = "grok-4.3"): PlanRow[] {
  return asked.map((one, index) => {
    const row: Asked = typeof one === "string" ? { text: one } : one;
    const request = hash(`${row.model ?? model} ${row.text}`);
    return {
      line: index + 1,
      offset: index * 100,
      length: 99,
      key: row.id === undefined ? request : hash(`id ${row.id}`),
      keyGiven: row.id !== undefined,
      requestHash: request,
      sourceHash: hash(row.text),
      customId: row.id ?? null,
      lane: row.lane ?? "xai",
      kind: row.kind ?? "request",
      problem: row.kind === "invalid" ? `line ${index + 1} is bad` : null,
    };
  });
}

export function hash(text: string): Uint8Array {
  return new Uint8Array(createHash("md5").update(text).digest());
}

export async function adopt(
  ledger: Ledger,
  plan: readonly PlanRow[],
  changed: "ask-again" | "keep" = "ask-again",
): Promise<void> {
  await ledger.stage(plan);
  await ledger.adopt(settings(), changed);
}

export function begin(ledger: Ledger, flags: { retryFailed?: boolean; retryUnknown?: boolean } = {}) {
  return ledger.begin({ retryFailed: false, retryUnknown: false, ...flags });
}

/** Plans these lines and begins. */
export async function start(ledger: Ledger, asked: readonly (string | Asked)[]): Promise<void> {
  await adopt(ledger, rows(asked));
  await begin(ledger);
}

export function intend(ledger: Ledger, index: number, atRisk: number | null = 100): Promise<void> {
  return ledger.intend([{ index, atRisk, wallTime: 1_764_000_000_000 }]);
}

export function ended(
  index: number,
  ending: EndingKind,
  changes: Partial<AttemptRecord> = {},
): AttemptRecord {
  return {
    index,
    ending,
    code: ending,
    httpStatus: null,
    atRisk: 0,
    cost: null,
    counts: true,
    latencyMs: 12.5,
    firstTokenMs: null,
    wallTime: 1_764_000_000_500,
    isHedge: false,
    outcome: null,
    ...changes,
  };
}

export function outcome(changes: Partial<OutcomeRecord> = {}): OutcomeRecord {
  return {
    status: "answered",
    held: false,
    requestId: null,
    body: new TextEncoder().encode('{"choices":[]}'),
    error: null,
    finishReason: "stop",
    usage: null,
    cost: 10,
    costSource: "provider",
    simulated: false,
    origin: "https://api.x.ai",
    model: "grok-4.3",
    ...changes,
  };
}

/** An answer whose body says `text`. */
export function answered(
  index: number,
  text = `answer ${index}`,
  changes: Partial<OutcomeRecord> = {},
): AttemptRecord {
  const body = new TextEncoder().encode(text);
  const full = outcome({ body, ...changes });
  return ended(index, "answered", { httpStatus: 200, cost: full.cost, outcome: full });
}

/** Sends a row and settles it as answered. */
export async function answer(ledger: Ledger, index: number, text?: string): Promise<void> {
  await intend(ledger, index);
  await ledger.settle([answered(index, text)]);
}

/** Plans these lines, begins, and answers every one: "of a", "of b" and so on. */
export async function answerAll(ledger: Ledger, asked: readonly (string | Asked)[]): Promise<void> {
  await start(ledger, asked);
  for (const [index, row] of asked.entries()) {
    await answer(ledger, index, `of ${typeof row === "string" ? row : row.text}`);
  }
}

/** Stages the plan of these lines and compares it with the adopted one. */
export async function compare(ledger: Ledger, asked: readonly (string | Asked)[], model?: string) {
  await ledger.unstage();
  await ledger.stage(rows(asked, model));
  return ledger.compare();
}

/** Sends a row and settles it without an answer. */
export async function fail(
  ledger: Ledger,
  index: number,
  how: "rejected" | "failed" | "held" | "doubtful",
): Promise<void> {
  const ending = how === "rejected" ? "rejected" : how === "failed" ? "transient" : "ambiguous";
  const status = how === "held" || how === "doubtful" ? "unknown" : how;
  const error = { code: how, message: `${how} by a test` };
  const atRisk = ending === "ambiguous" ? 100 : 0;
  await intend(ledger, index);
  await ledger.settle([
    ended(index, ending, {
      atRisk,
      outcome: outcome({ status, held: how === "held", body: null, error, cost: null, costSource: null }),
    }),
  ]);
}

/** The texts that are settled from the start on; null for a row without a body. */
export async function texts(ledger: Ledger, from = 0): Promise<(string | null)[]> {
  const settled = await ledger.read(from, 1000, 1 << 30);
  return settled.map(({ body }) => (body === null ? null : new TextDecoder().decode(body)));
}

/** The indexes of a lane that are to be sent. */
export async function todo(ledger: Ledger, lane = "xai"): Promise<number[]> {
  return (await ledger.pull(lane, -1, 1000)).map(({ index }) => index);
}
