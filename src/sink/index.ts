// Where outcomes go. The line functions and the file's bookkeeping stay inside; these are the doors.
export { chooseFormat, lineFormat } from "./choose-format.ts";
export { openFileSink } from "./file-sink.ts";
export type { FileSink, FileSinkOptions } from "./file-sink-options.ts";
export { FORMAT_NAMES } from "./line-format.ts";
export { checkOutputWritable, isSpecialFile, outputExistsWithoutLedger } from "./output-path.ts";
export { agreesWith } from "./output-standing.ts";
export { callbackSink, memorySink } from "./plain-sinks.ts";
export { readOpenaiLine } from "./read-openai-line.ts";
export { collisions } from "./rows-line.ts";
export { stdoutSink } from "./stream-sink.ts";
