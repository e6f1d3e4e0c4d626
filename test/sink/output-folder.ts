import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { OutputPosition } from "../../src/model/ledger.ts";
import type { SettledRow } from "../../src/model/outcome.ts";
import { type FileSink, type FileSinkOptions, lineFormat, openFileSink } from "../../src/sink/index.ts";
import { virtualClock } from "../support/virtual-clock.ts";
import { text } from "./rows.ts";

/** A folder with an OUTPUT, and what a ledger would remember of it. */
export interface OutputFolder {
  path(name?: string): string;
  content(name?: string): string;
  names(): string[];
  /** Every position reported since the folder was made; the last one is what the ledger knows. */
  positions: OutputPosition[];
  troubles: (string | null)[];
  open(options?: Partial<FileSinkOptions>): Promise<FileSink>;
}

export function outputFolder(): OutputFolder {
  let folder = "";
  const positions: OutputPosition[] = [];
  const troubles: (string | null)[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sink-"));
    positions.length = 0;
    troubles.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const path = (name = "out.jsonl") => join(folder, name);
  return {
    path,
    content: (name) => readFileSync(path(name), "utf8"),
    names: () => readdirSync(folder).sort(),
    positions,
    troubles,
    open: (options = {}) =>
      openFileSink({
        path: path(),
        format: lineFormat("openai"),
        order: "input",
        position: positions.at(-1) ?? null,
        firstChange: Number.POSITIVE_INFINITY,
        onPosition: (position) => void positions.push(position),
        onTrouble: (message) => void troubles.push(message),
        clock: virtualClock(),
        ...options,
      }),
  };
}

/** A ledger's answer to "what follows the first `written` rows?", in small pages. */
export function continuationOf(rows: readonly SettledRow[]): NonNullable<FileSinkOptions["continuation"]> {
  return async function* pages(written) {
    for (let from = written; from < rows.length; from += 2) yield rows.slice(from, from + 2);
  };
}

/** The whole OUTPUT for these rows, in OpenAI's lines. */
export function linesOf(rows: readonly SettledRow[], format = lineFormat("openai")): string {
  const lines = rows.map((row) => format.line(row, new Uint8Array(0)));
  return lines.map((line) => (line === null ? "" : `${text(line)}\n`)).join("");
}
