import { basename, extname } from "node:path";
import { UsageError } from "../model/errors.ts";
import { FORMAT_NAMES, type FormatName, type LineFormat } from "./line-format.ts";
import { openaiFormat } from "./openai-line.ts";
import { type RowsOptions, rowsFormat } from "./rows-line.ts";
import { jsonlTextFormat, textFormat } from "./text-line.ts";

/** Endings that promise a form this version does not write: JSON lines under such a name would mislead. */
const UNWRITTEN_ENDINGS: ReadonlySet<string> = new Set(
  [".csv", ".tsv", ".parquet", ".xlsx", ".arrow"].concat([".gz", ".zst", ".bz2", ".xz", ".br", ".zip"]),
);
const TEXT_ENDINGS: ReadonlySet<string> = new Set([".txt"]);

export interface FormatChoice {
  /** `-o` as typed; null when there is none (a library call). */
  output: string | null;
  /** `--format` as typed. */
  explicit?: string | undefined;
}

/** The format of OUTPUT: as asked, else by its ending, else OpenAI's lines. Throws `UsageError`. */
export function chooseFormat({ output, explicit }: FormatChoice): FormatName {
  const ending = output === null ? "" : extname(output).toLowerCase();
  if (output !== null && UNWRITTEN_ENDINGS.has(ending)) {
    throw new UsageError(
      `${basename(output)}: this version writes JSONL and text, not ${ending}; name the output .jsonl or .txt`,
    );
  }
  if (explicit !== undefined) {
    const known = FORMAT_NAMES.find((name) => name === explicit);
    if (known !== undefined) return known;
    throw new UsageError(`--format ${explicit}: not a format; choose one of ${FORMAT_NAMES.join(", ")}`);
  }
  return TEXT_ENDINGS.has(ending) ? "text" : "openai";
}

/** The line functions of a format. */
export function lineFormat(name: FormatName, options: RowsOptions = {}): LineFormat {
  if (name === "rows") return rowsFormat(options);
  if (name === "text") return textFormat;
  return name === "jsonl-text" ? jsonlTextFormat : openaiFormat;
}
