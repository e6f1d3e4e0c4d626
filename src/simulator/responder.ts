import { SIMULATED_HEADER, SIMULATED_VALUE } from "../model/simulated.ts";
import type { HeaderMap } from "./dialect.ts";
import type { Exchange } from "./exchange.ts";
import type { Failure } from "./failure.ts";
import type { LimitStanding } from "./lane-limits.ts";
import type { Settings } from "./settings.ts";

export const JSON_TYPE = "application/json";
export const EVENTS_TYPE = "text/event-stream; charset=utf-8";

/** Writes response heads and failures in the simulator's dialect. */
export interface Responder {
  /** The headers of an answer, marked as a simulator's. */
  headers(id: string, contentType: string, standings?: readonly LimitStanding[]): HeaderMap;
  /** Sends a failure and returns its status. */
  fail(exchange: Exchange, id: string, failure: Failure, standings?: readonly LimitStanding[]): number;
}

export function createResponder({ dialect, retryAfter, options }: Settings): Responder {
  const tellsLimits = options.limitHeaders !== false;

  function headers(id: string, contentType: string, standings?: readonly LimitStanding[]): HeaderMap {
    const own = { "content-type": contentType, "x-request-id": id, [SIMULATED_HEADER]: SIMULATED_VALUE };
    if (standings === undefined || !tellsLimits) return own;
    return Object.assign(own, dialect.limitHeaders(standings, false));
  }

  function retryHeaders(waitMs: number): HeaderMap {
    if (retryAfter === "none") return {};
    const exact = Math.max(0, Math.ceil(waitMs));
    const seconds = retryAfter === "exact" ? exact / 1000 : Math.ceil(exact / 1000);
    return {
      "retry-after": String(seconds),
      ...(retryAfter === "exact" ? { "retry-after-ms": String(exact) } : {}),
    };
  }

  return {
    headers,
    fail(exchange, id, failure, standings) {
      const { status, body } = dialect.failure(failure);
      const head = headers(id, JSON_TYPE);
      if (standings !== undefined && tellsLimits) Object.assign(head, dialect.limitHeaders(standings, true));
      if (failure.kind === "limited") Object.assign(head, retryHeaders(failure.waitMs));
      exchange.send(status, head, body);
      return status;
    },
  };
}
