// The library's door. Every export is named here; the rooms behind it are not part of the contract.

export type { AnsweredOutcome, Outcome, UnansweredOutcome } from "./model/answer.ts";
export type { Clock } from "./model/clock.ts";
export { RunStoppedError, SluiceError, type StopReason, UsageError } from "./model/errors.ts";
export type { RunEvent } from "./model/events.ts";
export type { OutcomeError, OutcomeStatus } from "./model/outcome.ts";
export type { Usage } from "./model/usage.ts";
export type { Snapshot } from "./observe/index.ts";
export type { RunSource } from "./sluice/arrivals.ts";
export { createSluice, processRequests, type Sluice } from "./sluice/create-sluice.ts";
export type { AskOptions, RunOptions, SluiceOptions } from "./sluice/options.ts";
export type { SluiceRun } from "./sluice/sluice-run.ts";
