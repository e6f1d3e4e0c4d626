import type { Limit } from "../../../src/model/limits.ts";

/** What the client is told before and during the run. */
export type Mode = "config" | "configHeaders" | "headers" | "unknown";

/** A provider, what is asked of it, and what its users know. Times in milliseconds, from the start of the run. */
export interface Scenario {
  /** Begins with the name by which it is chosen: "S03". */
  id: string;
  about: string;
  /** All are queued at the start, in order. */
  jobs: number;
  workload: readonly Phase[];
  /** Asked in order: the first that has no room rejects with a 429, and a cost is taken only where all have room. */
  limits: readonly ServerLimit[];
  /** Tokens of the prompt and the cap are taken at admission, and what was not used is given back at the end. */
  reservesOutput: boolean;
  /** A rejected request takes its unit of the limit that rejected it. */
  rejectsCount: boolean;
  capacity: Capacity | null;
  neighbour: Neighbour | null;
  changes: readonly Change[];
  /** Share of admitted requests that end with a 500. */
  failureShare: number;
  /** What the user says; empty where there is nothing to say. */
  known: readonly KnownLimit[];
  /** Null for a provider that tells nothing. */
  headers: Headers | null;
  retryAfter: "exact" | "whole seconds" | "none";
  /** The text of a 429 names the dimension and the limit. */
  namesLimit: boolean;
  modes: readonly Mode[];
  /** One way. */
  network: { leastMs: number; mostMs: number };
  clients: Clients;
  /** What is to be found again, how fast. */
  recoveries: readonly Recovery[];
}

/** One kind of job; `until` is the share of all jobs at which the next kind begins. */
export interface Phase {
  until: number;
  input: Lognormal;
  output: Lognormal;
  maxTokens: number;
  /** Of an unloaded server: by the tokens of the answer, or uniform. */
  latency: { firstTokenMs: number; tokensPerSecond: number } | { leastMs: number; mostMs: number };
}

export interface Lognormal {
  median: number;
  sigma: number;
}

export type KnownLimit = Omit<Limit, "source">;

/**
 * bucket   refills evenly up to `burst`, starts full; may go below zero by what is charged at the end
 * fixed    a counter that is zeroed each time (now + phaseMs) passes a multiple of the window
 * sliding  the times of what was taken in the last window
 */
export type ServerLimit = KnownLimit &
  ({ kind: "bucket"; burst: number } | { kind: "fixed"; phaseMs: number } | { kind: "sliding" });

/** Service takes the unloaded time × in flight ÷ slots once the slots are full; a 503 beyond `rejectsAbove` × slots. */
export interface Capacity {
  slots: number;
  rejectsAbove: number;
}

/** Somebody else's requests on the same key: they take what there is and never wait. */
export interface Neighbour {
  fromMs: number;
  untilMs: number;
  perSecond: number;
}

/** From this moment limits and bursts are this part of what they were at first, or there are so many slots. */
export type Change = { atMs: number } & ({ scale: number } | { slots: number });

export interface Headers {
  /** What limit and remaining are multiplied with: 1 for the truth. */
  factor: number;
  untilMs: number;
  /** False for header sets that do not say which window they mean. */
  tellsWindow: boolean;
}

/** Who shares the work: independent runs on one key, or the lanes of one run whose models share a limit. */
export interface Clients {
  count: number;
  are: "runs" | "lanes";
}

/** From `atMs` on the server admits `perSecond`: fewer than before, or more. */
export interface Recovery {
  atMs: number;
  perSecond: number;
  is: "fewer" | "more";
}
