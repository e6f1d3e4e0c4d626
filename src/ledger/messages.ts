import type { LaneExperience } from "../model/experience.ts";
import type {
  AppendedRow,
  BeginOptions,
  CopiedRow,
  LedgerInfo,
  LedgerTotals,
  RunStart,
} from "../model/ledger.ts";
import type { Readable } from "../model/outcome.ts";
import type { PlanComparison, PlanSettings } from "../model/plan.ts";
import type { LedgerFileOptions } from "./ledger-file.ts";
import type { Parcel } from "./packing.ts";

/** What the worker is started with. */
export type WorkerOptions = LedgerFileOptions;

/** A verb that is answered by itself; rows travel as parcels both ways. */
export type Call =
  | { verb: "info" }
  | { verb: "stage"; parcel: Parcel }
  | { verb: "unstage" }
  | { verb: "compare" }
  | { verb: "adopt"; settings: PlanSettings; changed: "ask-again" | "keep" }
  | { verb: "begin"; options: BeginOptions }
  | { verb: "pull"; lane: string; after: number; count: number }
  | { verb: "takeCopies" }
  | { verb: "read"; from: number; count: number; maxBytes: number; which: Readable }
  | { verb: "readSettled"; after: number; count: number; maxBytes: number }
  | { verb: "totals" }
  | { verb: "experience" }
  | { verb: "close" };

/** What each call is answered with. */
export interface CallResults {
  info: LedgerInfo;
  stage: undefined;
  unstage: undefined;
  compare: PlanComparison;
  adopt: undefined;
  begin: RunStart;
  pull: Parcel;
  takeCopies: readonly CopiedRow[];
  read: Parcel;
  readSettled: { parcel: Parcel; sequence: number };
  totals: LedgerTotals;
  experience: readonly LaneExperience[];
  close: undefined;
}

export type ToWorker =
  | { type: "write"; sequence: number; parcel: Parcel }
  | { type: "call"; id: number; call: Call };

/** An error as it crosses the thread: its kind is told, since classes do not cross. */
export interface CrossingError {
  usage: boolean;
  message: string;
}

export type FromWorker =
  | { type: "ready" }
  | { type: "refused"; error: CrossingError }
  | { type: "durable"; upTo: number; appended: readonly (readonly AppendedRow[])[] }
  | { type: "answer"; id: number; value: CallResults[keyof CallResults] }
  | { type: "error"; id: number; error: CrossingError }
  | { type: "trouble"; message: string | null }
  | { type: "broken"; error: CrossingError };
