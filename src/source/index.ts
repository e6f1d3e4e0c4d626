/** Where rows come from: files and standard input, as lines found by byte offset. */
export { openFileSource } from "./open-file.ts";
export { spoolStandardInput } from "./spool.ts";
export { streamLines } from "./stream-lines.ts";
