import { UsageError } from "../model/errors.ts";
import { isObject } from "../model/json-object.ts";
import type { Source } from "../model/source.ts";
import { chooseFormat, collisions } from "../sink/index.ts";
import type { RunRequest } from "./run-request.ts";

const utf8 = new TextDecoder();

/** `--format rows` adds columns: one that INPUT has already is refused before anything is paid or written. */
export async function refuseColumnCollisions(
  { output, format, prefix, answerColumn }: Pick<RunRequest, "output" | "format" | "prefix" | "answerColumn">,
  source: Pick<Source, "name" | "kind" | "lines">,
): Promise<void> {
  if (chooseFormat({ output: output === "-" ? null : output, explicit: format }) !== "rows") return;
  if (collisions([], prefix, answerColumn).length > 0) {
    throw new UsageError(
      `--answer-column ${answerColumn} is the name of another added column; choose another`,
    );
  }
  for await (const lines of source.lines()) {
    for (const { bytes, line } of lines) {
      const [taken] = collisions(columnsOf(bytes, source.kind), prefix, answerColumn);
      if (taken === undefined) continue;
      throw new UsageError(
        `${source.name}: line ${line} has a column "${taken}" already; ` +
          "--prefix llm_ renames all added columns, --answer-column NAME the answer's",
      );
    }
  }
}

/** The columns that a row has in OUTPUT before any is added; a row that is no object gets one of ours. */
function columnsOf(bytes: Uint8Array, kind: Source["kind"]): string[] {
  if (kind === "text") return ["text"];
  try {
    const row: unknown = JSON.parse(utf8.decode(bytes));
    return isObject(row) ? Object.keys(row) : [];
  } catch {
    return [];
  }
}
