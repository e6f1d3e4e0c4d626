/** Rows and bytes of answers read from a ledger at once, where a command goes through all of it. */
export const PAGE_ROWS = 512;
export const PAGE_BYTES = 4 * 1024 * 1024;
