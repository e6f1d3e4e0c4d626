import { type Ask, type Endpoint, readAsk } from "./ask.ts";
import { draw } from "./distribution.ts";
import type { Exchange } from "./exchange.ts";
import type { Failure, PlainFailure } from "./failure.ts";
import { type FaultRule, faultFor } from "./fault-plan.ts";
import type { LaneLimits, LaneRefusal } from "./lane-limits.ts";
import { createLanes } from "./lanes.ts";
import { resolveModel } from "./published-xai.ts";
import { OccurrenceCounter, randomFor } from "./random.ts";
import { makeReply, type Reply } from "./reply.ts";
import type { Responder } from "./responder.ts";
import type { Settings } from "./settings.ts";
import type { RequestRecord } from "./stats.ts";
import type { StatsKeeper } from "./stats-keeper.ts";

/** A request that passed the limits, with everything that was drawn for it. */
export interface Admitted {
  exchange: Exchange;
  record: RequestRecord;
  ask: Ask;
  reply: Reply;
  lane: LaneLimits;
  admittedAt: number;
  /** What "reserve" accounting set aside for output. */
  reservedTokens: number;
  latencyMs: number;
  /** The fault that strikes it, if any. */
  rule: FaultRule | null;
}

/** Decides what becomes of each request: refused, throttled, or handed on. */
export interface Admission {
  /** Null when the request was answered here, by a refusal. */
  admit(endpoint: Endpoint, exchange: Exchange, body: Buffer | null): Admitted | null;
  reset(): void;
}

/** Prompts whose occurrences are counted. */
const REMEMBERED_PROMPTS = 1_000_000;

/** What a request reserves that names no cap, under token accounting "reserve". */
const UNCAPPED_RESERVE_TOKENS = 4096;

/** Which draws belong to answers and which to faults. */
const ANSWER_DRAWS = 1;
const FAULT_DRAWS = 2;

const JSON_MEDIA_TYPE = /^application\/(?:[\w.+-]+\+)?json\b/i;

export function createAdmission(settings: Settings, stats: StatsKeeper, responder: Responder): Admission {
  const { clock, seed, faults } = settings;
  const lanes = createLanes(settings);
  const occurrences = new OccurrenceCounter(REMEMBERED_PROMPTS);
  let admitted = 0;
  let firstAt = 0;

  function refuse(exchange: Exchange, record: RequestRecord, failure: PlainFailure): null {
    stats.ended(record, "refused", responder.fail(exchange, record.id, failure), failure.kind);
    return null;
  }

  function throttle(
    exchange: Exchange,
    record: RequestRecord,
    refusal: LaneRefusal,
    lane: LaneLimits,
    now: number,
  ): null {
    const { dimension, windowMs, used, perWindow } = refusal.standing;
    const requested = dimension === "requests" ? 1 : record.promptTokens;
    const model = record.model ?? "";
    const limit = { dimension, windowMs, used, perWindow, requested, waitMs: refusal.waitMs, model };
    const failure: Failure = { kind: "limited", ...limit };
    const status = responder.fail(exchange, record.id, failure, lane.standings(now));
    stats.ended(record, "throttled", status, "throttled");
    return null;
  }

  function draws(ask: Ask, record: RequestRecord, model: string, now: number) {
    if (admitted === 0) firstAt = now;
    admitted += 1;
    const promptHash = Number.parseInt(ask.prompt.digest, 16) | 0;
    const occurrence = occurrences.next(promptHash);
    const random = randomFor(seed, promptHash, occurrence, ANSWER_DRAWS);
    const latencyMs = draw(settings.latency, random);
    const drawn = {
      outputTokens: Math.round(draw(settings.outputTokens, random)),
      reasoningTokens: Math.round(draw(settings.reasoningTokens, random)),
    };
    const facts = { id: record.id, created: Math.floor(record.time / 1000), model };
    const reply = makeReply(ask, drawn, settings.dialect, facts);
    const request = { number: admitted, elapsedMs: now - firstAt, stream: ask.stream };
    const rule =
      faults.length === 0
        ? null
        : faultFor(faults, request, randomFor(seed, promptHash, occurrence, FAULT_DRAWS));
    return { latencyMs, reply, rule };
  }

  return {
    admit(endpoint, exchange, body) {
      const now = clock.now();
      const record = stats.received(exchange.path, exchange.protocol, endpoint, clock.wall());
      const ask =
        headFailure(exchange, body, settings.options.requireKey) ?? readAsk(endpoint, body ?? NOTHING);
      if ("kind" in ask) return refuse(exchange, record, ask);
      record.model = ask.model;
      record.marker = ask.marker;
      record.promptHash = ask.prompt.digest;
      record.promptTokens = ask.promptTokens;
      const model = resolveModel(ask.model) ?? (settings.anyModel ? ask.model : null);
      if (model === null) return refuse(exchange, record, { kind: "unknown-model", model: ask.model });
      const lane = lanes.of(model);
      const reservedTokens = (ask.maxTokens ?? UNCAPPED_RESERVE_TOKENS) * ask.samples;
      const refusal = lane.admit(now, ask.promptTokens, reservedTokens);
      if (refusal !== null) return throttle(exchange, record, refusal, lane, now);
      const drawn = draws(ask, record, model, now);
      return { exchange, record, ask, lane, admittedAt: now, reservedTokens, ...drawn };
    },
    reset() {
      lanes.clear();
      occurrences.clear();
      admitted = 0;
    },
  };
}

const NOTHING = Buffer.alloc(0);

/** What is wrong before the body is read: the key, the size, the media type; null when nothing is. */
function headFailure(
  exchange: Exchange,
  body: Buffer | null,
  requireKey: string | undefined,
): PlainFailure | null {
  if (requireKey !== undefined) {
    const authorization = exchange.header("authorization");
    if (!authorization?.startsWith("Bearer ")) return { kind: "no-key", model: "" };
    if (authorization !== `Bearer ${requireKey}`) return { kind: "wrong-key", model: "" };
  }
  if (body === null) return { kind: "too-large", model: "" };
  const isJson = JSON_MEDIA_TYPE.test(exchange.header("content-type") ?? "");
  return isJson && body.length > 0 ? null : { kind: "wrong-media-type", model: "" };
}
