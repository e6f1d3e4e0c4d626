import type { Admitted } from "./admission.ts";
import { eventsOf, STREAM_END } from "./event-stream.ts";
import type { LimitFailure } from "./failure.ts";
import { actOut, actReset, type Spoilable } from "./fault-acts.ts";
import type { FaultRule } from "./fault-plan.ts";
import type { FaultEffect } from "./faults.ts";
import { bodyOf } from "./reply.ts";
import { EVENTS_TYPE, JSON_TYPE, type Responder } from "./responder.ts";
import type { Settings } from "./settings.ts";
import type { StatsKeeper } from "./stats-keeper.ts";
import type { Later } from "./timers.ts";

/** A streamed answer is written in at most so many steps over its latency. */
const STREAM_STEPS = 20;

/** Waits out the latency of an admitted request, then answers it or lets its fault strike. */
export function createDelivery(
  settings: Settings,
  stats: StatsKeeper,
  responder: Responder,
  later: Later,
): (admitted: Admitted) => void {
  const { clock, dialect } = settings;

  /** The work is done, whether or not somebody still waits for it: corrects the limits, bills. */
  function settle({ record, reply, ask, lane, admittedAt, reservedTokens }: Admitted, billed: boolean): void {
    const { prompt, visible, reasoning, ticks } = reply.usage;
    const output = billed ? visible + reasoning : 0;
    lane.settle(clock.now(), admittedAt, ask.promptTokens, reservedTokens, output);
    if (!billed) return;
    stats.bill(record, {
      promptTokens: prompt,
      completionTokens: visible,
      reasoningTokens: reasoning,
      ticks,
    });
  }

  /** True when the whole connection was lost to a fault of another request, or its client has left. */
  function lostConnection(admitted: Admitted, billed: boolean): boolean {
    const { exchange, record } = admitted;
    if (exchange.unprocessed()) {
      settle(admitted, false);
      stats.ended(record, "faulted", null, "goaway");
    } else if (exchange.connection.silent) {
      settle(admitted, true);
      stats.ended(record, "faulted", null, "no-ping");
    } else if (exchange.gone()) {
      settle(admitted, billed);
      stats.ended(record, "clientGone", null, "client-gone");
    } else return false;
    return true;
  }

  function headersOf({ record, lane, ask }: Admitted) {
    return responder.headers(record.id, ask.stream ? EVENTS_TYPE : JSON_TYPE, lane.standings(clock.now()));
  }

  function answer(admitted: Admitted): void {
    if (lostConnection(admitted, true)) return;
    const { exchange, record, ask, reply } = admitted;
    settle(admitted, true);
    stats.ended(record, "answered", 200, "answered");
    exchange.send(200, headersOf(admitted), bodyOf(ask, reply, dialect));
  }

  function stream(admitted: Admitted): void {
    const { exchange, record, ask, reply, latencyMs } = admitted;
    const events = [...eventsOf(ask, reply, dialect), STREAM_END];
    const perStep = latencyMs > 0 ? Math.ceil(events.length / STREAM_STEPS) : events.length;
    const pauseMs = (latencyMs * perStep) / events.length;
    const step = (from: number) => {
      if (lostConnection(admitted, true)) return;
      if (from === 0) exchange.open(200, headersOf(admitted));
      exchange.write(events.slice(from, from + perStep).join(""));
      if (from + perStep < events.length) {
        later(pauseMs, () => step(from + perStep));
        return;
      }
      settle(admitted, true);
      stats.ended(record, "answered", 200, "answered");
      exchange.end();
    };
    later(pauseMs, () => step(0));
  }

  function strike(admitted: Admitted, { fault, delayMs }: FaultRule): void {
    if (lostConnection(admitted, fault.billed)) return;
    const { exchange, record, ask } = admitted;
    const { effect } = fault;
    settle(admitted, fault.billed);
    let status: number | null;
    if (effect.kind === "failure") {
      status = responder.fail(exchange, record.id, { kind: effect.failure, model: ask.model });
    } else if (effect.kind === "limit") {
      const failure = pretendedLimit(effect, admitted, clock.now());
      status = responder.fail(exchange, record.id, failure, admitted.lane.standings(clock.now()));
    } else if (effect.kind === "reset") {
      status = actReset(effect.code, effect.middle, spoilable(admitted, delayMs));
    } else {
      status = actOut(effect.shape, spoilable(admitted, delayMs));
    }
    stats.ended(record, "faulted", status, fault.name);
  }

  function spoilable(admitted: Admitted, delayMs: number | null): Spoilable {
    const { exchange, ask, reply } = admitted;
    const events = ask.stream ? eventsOf(ask, reply, dialect) : null;
    const text = events === null ? bodyOf(ask, reply, dialect) : events.join("") + STREAM_END;
    const { body: errorBody } = dialect.failure({ kind: "server-error", model: ask.model });
    const headers = headersOf(admitted);
    return { exchange, headers, body: Buffer.from(text), events, errorBody, later, delayMs };
  }

  return (admitted) => {
    const { rule, latencyMs, ask } = admitted;
    if (rule === null) {
      if (ask.stream) stream(admitted);
      else later(latencyMs, () => answer(admitted));
      return;
    }
    const { effect, late } = rule.fault;
    const usualMs = late ? latencyMs : 0;
    // "slow" spreads the rule's delay over its body instead of waiting it out first.
    const isSlow = effect.kind === "shape" && effect.shape === "slow";
    later(isSlow ? usualMs : (rule.delayMs ?? usualMs), () => strike(admitted, rule));
  };
}

/** What a 429 names that no limit caused, where the model has no limit of that kind. */
const PRETENDED_LIMITS = { second: 1000, minute: 60_000, tokens: 10_000_000, day: 1_000_000 };

/** A 429 that names the model's own limit of that kind, as if it were reached: it teaches nothing false. */
function pretendedLimit(
  { dimension, windowMs, waitMs }: Extract<FaultEffect, { kind: "limit" }>,
  { ask, lane }: Admitted,
  now: number,
): LimitFailure {
  const own = lane.standings(now).find((one) => one.dimension === dimension && one.windowMs === windowMs);
  const window =
    dimension === "tokens" ? "tokens" : windowMs > 60_000 ? "day" : windowMs > 1000 ? "minute" : "second";
  const perWindow = own?.perWindow ?? PRETENDED_LIMITS[window];
  const requested = dimension === "requests" ? 1 : ask.promptTokens;
  return {
    kind: "limited",
    dimension,
    windowMs,
    waitMs,
    perWindow,
    used: perWindow,
    requested,
    model: ask.model,
  };
}
