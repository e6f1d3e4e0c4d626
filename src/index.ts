// The library's door. Every export is named here; the rooms behind it are not part of the contract.

// What comes back.
export type { AnsweredOutcome, Outcome, UnansweredOutcome } from "./model/answer.ts";
// Parts that a run can be handed, for servers and workers; the interfaces are for parts of one's own.
export type { Clock } from "./model/clock.ts";
export { RunStoppedError, SluiceError, type StopReason, UsageError } from "./model/errors.ts";
export type { RunEvent } from "./model/events.ts";
export type { Ledger } from "./model/ledger.ts";
export type { OutcomeError, OutcomeStatus, SettledRow } from "./model/outcome.ts";
export type { Sink } from "./model/sink.ts";
export type { Transport } from "./model/transport.ts";
export type { Usage } from "./model/usage.ts";
export type { Snapshot } from "./observe/index.ts";
// Asking.
export { createFetch } from "./sluice/create-fetch.ts";
export { createSluice, type Sluice } from "./sluice/create-sluice.ts";
export type {
  AskOptions,
  FetchOptions,
  OpenLedgerOptions,
  PartOptions,
  ProcessOptions,
  RunOptions,
  SluiceOptions,
  TransportOptions,
  TuneOptions,
} from "./sluice/options.ts";
export {
  createLaneRegistry,
  createTransport,
  type LaneRegistry,
  openLedger,
  systemClock,
} from "./sluice/parts.ts";
export { processRequests } from "./sluice/process-requests.ts";
export type { RunSource } from "./sluice/row-source.ts";
export type { SluiceRun } from "./sluice/sluice-run.ts";
