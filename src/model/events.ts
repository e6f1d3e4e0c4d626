import type { Ending } from "./ending.ts";
import type { CopiedRow } from "./ledger.ts";
import type { Ticks } from "./money.ts";
import type { SettledRow } from "./outcome.ts";

/**
 * What the end of one of a row's two attempts means for the row: it is its answer (won), the other had brought that
 * (lost), the other goes on (open), or neither was answered (over).
 */
export type RaceStanding = "won" | "lost" | "open" | "over";

/**
 * What the engine tells whoever listens. Listeners never steer. Money is in ticks of 1e-10 USD; a lane is named by its
 * model.
 */
export type RunEvent =
  /** `rows` of the plan, those of them this run sets out to send, and those settled before. */
  | { type: "started"; rows: number; todo: number; settled: number }
  /** Rows arrived: `rows` in all by now, `settled` of them when they arrived. */
  | { type: "grown"; rows: number; settled?: number }
  /** A request is on the wire. */
  | { type: "sent"; lane: string }
  /** An attempt ended, whatever became of its row. */
  | {
      type: "ended";
      lane: string;
      line: number;
      customId: string | null;
      ending: Ending;
      latencyMs: number;
      /** From the start to the first piece of a streamed answer; null where none came, or it did not stream. */
      firstTokenMs: number | null;
      willRetry: boolean;
      /** The row is unknown now, and only `--retry-unknown` sends it again. */
      isHeld: boolean;
      /** Where a second copy of the row was sent: whether this is its end, and what it means. */
      race?: { isHedge: boolean; row: RaceStanding };
      atRisk: Ticks | null;
    }
  /** A second copy of a row was sent. */
  | { type: "hedged"; lane: string }
  /** The run gave up what was under way: nobody knows how it ended, and it may be billed. */
  | { type: "cut-off"; lane: string; atRisk: Ticks | null }
  /** A row has its outcome, and the ledger knows it. */
  | { type: "settled"; row: SettledRow }
  /** Rows that were settled with their leader. */
  | { type: "copied"; rows: readonly CopiedRow[] }
  /** A row takes an answer that was kept: how old it is, and what it cost (null = unknown). */
  | { type: "reused"; lane: string; ageMs: number; cost: Ticks | null; finishReason: string | null }
  /** A lane waits. `parked`: for long; `repeated`: for what was said before, with nothing answered since. */
  | {
      type: "paused";
      lane: string;
      reason: string;
      untilWall: number | null;
      parked: boolean;
      repeated: boolean;
    }
  /** The run's owner let nothing more start, or let it go on. */
  | { type: "halted"; halted: boolean }
  /** Nothing more is sent. `reason` is a `StopReason`. */
  | { type: "stopping"; reason: string; message: string }
  /** A sentence for people. */
  | { type: "note"; message: string };

export type RunListener = (event: RunEvent) => void;
