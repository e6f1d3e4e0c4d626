// Where outcomes go. The line functions and the file's bookkeeping stay inside; these are the doors.
export { chooseFormat, type FormatChoice, lineFormat } from "./choose-format.ts";
export { openFileSink } from "./file-sink.ts";
export type { FileSink, FileSinkOptions } from "./file-sink-options.ts";
export { FORMAT_NAMES, type FormatName, type LineFormat } from "./line-format.ts";
export { checkOutputWritable, outputExistsWithoutLedger } from "./output-path.ts";
export type { Continuation } from "./output-standing.ts";
export { callbackSink, type MemorySink, memorySink } from "./plain-sinks.ts";
export type { ReadInput } from "./render-rows.ts";
export { addedColumns, collisions, decimalUsd, type RowsOptions } from "./rows-line.ts";
export { type StdoutSinkOptions, type StreamSink, stdoutSink } from "./stream-sink.ts";
