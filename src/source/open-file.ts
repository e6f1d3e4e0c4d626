import { createReadStream } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { extname } from "node:path";
import { UsageError } from "../model/errors.ts";
import type { Source, SourceKind } from "../model/source.ts";
import { FileSource } from "./file-source.ts";
import { inspectFirstBytes } from "./first-bytes.ts";
import { spool } from "./spool.ts";

export interface FileSourceOptions {
  /** How lines are understood; default by the path's ending: `.txt` is text, everything else JSONL. */
  kind?: SourceKind;
}

/** Endings of tables, which this version cannot read, each with what to do. */
const TABLE_REMEDIES: Readonly<Record<string, string>> = {
  ".csv": `turn it into JSONL, for example: ${pythonOf("x.csv")}`,
  ".tsv": `turn it into JSONL, for example: ${pythonOf("x.tsv", ', dialect="excel-tab"')}`,
  ".parquet": "turn it into JSONL, for example: duckdb -c \"COPY (FROM 'x.parquet') TO 'x.jsonl'\"",
};
const UNPACKERS: Readonly<Record<string, string>> = { ".gz": "gzip -dc", ".zst": "zstd -dc" };

/** Spreadsheets put a byte order mark before their CSV, and line breaks into cells. */
function pythonOf(table: string, dialect = ""): string {
  const rows = `csv.DictReader(open("${table}", encoding="utf-8-sig", newline="")${dialect})`;
  return `python3 -c 'import csv, json; [print(json.dumps(row)) for row in ${rows}]' > x.jsonl`;
}

/** Opens INPUT. Whatever keeps it from being read is one UsageError that names the path and the remedy. */
export async function openFileSource(path: string, options: FileSourceOptions = {}): Promise<Source> {
  const ending = extname(path).toLowerCase();
  refuseEnding(path, ending);
  const kind = options.kind ?? (ending === ".txt" ? "text" : "jsonl");
  const facts = await stat(path).catch((cause: unknown) => refuseUnreadable(path, cause));
  if (facts.isDirectory()) {
    throw new UsageError(`${path} is a directory; name one file in it`);
  }
  // A named pipe (`<(command)` in a shell) can be read once only: it is spooled like standard input.
  if (facts.isFIFO()) return spool(createReadStream(path), { kind, name: path });
  if (!facts.isFile()) {
    throw new UsageError(`${path} is no regular file; give a file, or - to read standard input`);
  }
  const handle = await open(path, "r").catch((cause: unknown) => refuseUnreadable(path, cause));
  return sourceOfHandle(handle, path, kind, ending);
}

async function sourceOfHandle(
  handle: FileHandle,
  path: string,
  kind: SourceKind,
  ending: string,
): Promise<Source> {
  try {
    const { start, firstText } = await inspectFirstBytes(handle, path);
    if (kind === "jsonl") refuseOneDocument(path, ending, firstText);
    const { size } = await handle.stat();
    return new FileSource({ name: path, kind, handle, bytes: size, start });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function refuseEnding(path: string, ending: string): void {
  const unpacker = UNPACKERS[ending];
  const inner = extname(path.slice(0, path.length - ending.length)).toLowerCase();
  if (unpacker !== undefined && TABLE_REMEDIES[inner] === undefined) {
    throw new UsageError(
      `${path}: this version reads uncompressed JSONL and text; try: ${unpacker} ${path} | sluice run -`,
    );
  }
  const remedy = TABLE_REMEDIES[unpacker === undefined ? ending : inner];
  if (remedy !== undefined) {
    throw new UsageError(`${path}: this version reads JSONL and text, not ${ending.slice(1)}; ${remedy}`);
  }
}

/** One document instead of one row per line: a list that opens on a line of its own, or what a `.json` file holds. */
function refuseOneDocument(path: string, ending: string, firstText: string): void {
  const lines = `${path.slice(0, path.length - ending.length)}${ending === ".jsonl" ? ".rows" : ""}.jsonl`;
  const isWhole = ending === ".json";
  if (firstText === "[" || (isWhole && firstText.startsWith("["))) {
    throw new UsageError(
      `${path} holds one JSON array; put one row on each line: jq -c '.[]' ${path} > ${lines}`,
    );
  }
  if (isWhole && firstText === "{") {
    throw new UsageError(
      `${path} holds JSON spread over several lines; put one row on each line: jq -c . ${path} > ${lines}`,
    );
  }
}

function refuseUnreadable(path: string, cause: unknown): never {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
  const reason = UNREADABLE[code] ?? `cannot be read (${code}); check the path`;
  throw new UsageError(`${path} ${reason}`, { cause });
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: "does not exist; check the path, or use - for standard input",
  ENOTDIR: "does not exist; a part of the path is no directory",
  EACCES: "may not be read by this user; check its permissions",
  EPERM: "may not be read by this user; check its permissions",
  EISDIR: "is a directory; name one file in it",
};
