import type { Arrival } from "../../src/engine/arriving-feed.ts";
import type { SilenceLimits } from "../../src/engine/silence-watch.ts";
import type { SeenAnswers } from "../../src/engine/worst-cost.ts";
import type { LaneRegistry } from "../../src/limiter/index.ts";
import type { AnswerCache } from "../../src/model/answer-cache.ts";
import type { BudgetMode } from "../../src/model/budget.ts";
import type { Limit } from "../../src/model/limits.ts";
import type { SettledRow } from "../../src/model/outcome.ts";
import type { Provider } from "../../src/model/provider.ts";
import type { VirtualClock } from "../support/virtual-clock.ts";
import type { Script } from "./fake-transport.ts";
import type { PlannedRow } from "./planned-rows.ts";
import type { WatchedLedger } from "./watched-ledger.ts";

export interface EngineOptions {
  /** How many rows, or which. */
  rows?: number | readonly PlannedRow[];
  /** Batches that arrive, instead of a plan that lies still. */
  arrivals?: (enter: (row: PlannedRow) => Arrival, clock: VirtualClock) => AsyncIterator<readonly Arrival[]>;
  script?: Script;
  streams?: number;
  abortMs?: number;
  limits?: readonly Limit[];
  maxConcurrent?: number;
  lanes?: LaneRegistry;
  order?: "input" | "completion";
  /** How long the disk takes for a write. Default 0. */
  diskMs?: () => number;
  /** What the sink does with a batch; by default it takes it at once. */
  sink?: (rows: readonly SettledRow[], clock: VirtualClock) => Promise<void>;
  maxAttempts?: number;
  timeoutMs?: number;
  silence?: SilenceLimits;
  hedge?: boolean;
  limit?: number;
  /** In ticks. */
  budget?: number;
  budgetMode?: BudgetMode;
  /** Answers of unbounded length in flight. */
  openEnded?: number;
  /** What earlier runs spent, and what they saw. */
  spent?: number;
  seen?: SeenAnswers;
  provider?: Provider;
  rehearsal?: boolean | null;
  soleLane?: boolean;
  random?: () => number;
  /** Lines that changed after the door. */
  changed?: readonly number[];
  prune?: boolean;
  cache?: AnswerCache;
  /** Rows of one name are sent once. */
  dedupe?: boolean;
  /** The ledger of a run before. */
  ledger?: WatchedLedger;
}
