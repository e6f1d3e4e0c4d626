/** What can be wrong, whichever dialect says it. */
export type FailureKind =
  | "bad-request"
  | "no-key"
  | "wrong-key"
  | "forbidden"
  | "content"
  | "unknown-route"
  | "unknown-model"
  | "wrong-method"
  | "request-timeout"
  | "conflict"
  | "too-large"
  | "wrong-media-type"
  | "unprocessable"
  | "capacity"
  | "credits"
  | "no-access"
  | "server-error"
  | "bad-gateway"
  | "unavailable"
  | "gateway-timeout"
  | "overloaded";

/** A limit that refused a request, as its error body tells it. */
export interface LimitFailure {
  kind: "limited";
  dimension: "requests" | "tokens";
  windowMs: number;
  used: number;
  perWindow: number;
  requested: number;
  /** Until the request would be admitted. */
  waitMs: number;
  model: string;
}

/** A failure with a text and, where one field is at fault, its name. */
export interface PlainFailure {
  kind: FailureKind;
  model: string;
  /** Replaces the dialect's own text. */
  message?: string;
  param?: string;
}

export type Failure = LimitFailure | PlainFailure;
