import type { AnswerCache } from "../model/answer-cache.ts";
import type { Clock } from "../model/clock.ts";
import type { StopReason } from "../model/errors.ts";
import type { RunListener } from "../model/events.ts";
import type { RunBook } from "../model/ledger.ts";
import type { Limiter } from "../model/limiter.ts";
import type { Provider } from "../model/provider.ts";
import type { Request } from "../model/request.ts";
import type { Exchange, Transport } from "../model/transport.ts";
import type { Budget } from "./budget.ts";
import type { Delivery } from "./delivery.ts";
import type { Feed } from "./feed.ts";
import type { SilenceLimits } from "./silence-watch.ts";
import type { WorstCost } from "./worst-cost.ts";

/** The parts a run is made of; all are borrowed, none is closed here. */
export interface RunParts {
  ledger: RunBook;
  feed: Feed;
  delivery: Delivery;
  transport: Transport;
  provider: Pick<Provider, "classify" | "limitsTold" | "isSimulated" | "simulated">;
  limiterOf: (lane: string) => Limiter;
  /** Called when a limiter shared with another run may have room again. */
  onLimiterChange: (listener: () => void) => () => void;
  exchangeOf: (request: Request) => Exchange;
  /** Provider and address, as recorded with each answer. */
  origin: string;
  /** What a request of this model may cost at worst; learns from the answers. */
  worstCostOf: (model: string) => WorstCost;
  /** True when the ledger's answers are rehearsals, false when they are real; null when there are none. */
  rehearsal: boolean | null;
  /** Answers to use again; null where every request is sent. */
  cache: AnswerCache | null;
  budget: Budget | null;
  clock: Clock;
  random: () => number;
  listener: RunListener;
  maxAttempts: number;
  timeoutMs: number;
  silence: SilenceLimits;
  /** Sends a second copy of stragglers where there is room. Default false. */
  hedge?: boolean;
  /** How much longer a row that fails while others pass waits; 0 where somebody waits for each. Default a minute. */
  asideMs?: number | undefined;
  /** A run with one lane stops when the lane does; false where other lanes may still come. */
  soleLane: boolean;
}

/** What was tried of a row that has no outcome. */
export interface Tried {
  /** Those that count. */
  attempts: number;
  /** One of them may still be billed: the row is `unknown`, not `unsent`. */
  mayBeBilled: boolean;
}

/** How a run ended: `stop` is null when every row that was to be sent is settled. */
export interface RunEnd {
  stop: { reason: StopReason; message: string } | null;
  /** Lanes the provider closed, with the reason, while others went on. */
  stoppedLanes: readonly { lane: string; code: string; message: string }[];
  /** Rows that were under way when the run was aborted: they may be billed. */
  cutOff: readonly number[];
  /** These, and the rows that were to be sent again: what was tried of them, by index. */
  tried: ReadonlyMap<number, Tried>;
}
