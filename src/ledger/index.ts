/** The ledger's door. Everything else in this room is its own business. */
export { copyLedger } from "./copy-ledger.ts";
export type { FoundAnswer } from "./found-answers.ts";
export { inUse } from "./ledger-holder.ts";
export { MemoryLedger } from "./memory.ts";
export { openAnswerCache } from "./open-answer-cache.ts";
export { type OpenLedgerOptions, openLedger } from "./open-ledger.ts";
export { readLedgerInfo } from "./read-ledger-info.ts";
export { type Recovered, Recovery } from "./recovery.ts";
