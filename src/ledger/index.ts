/** The ledger's door. Everything else in this room is its own business. */
export type { LedgerHolder } from "./ledger-holder.ts";
export { MemoryLedger } from "./memory.ts";
export { type OpenLedgerOptions, openLedger } from "./open-ledger.ts";
export { type LedgerReport, readLedgerInfo } from "./read-ledger-info.ts";
export type { RerunCounts } from "./row-states.ts";
