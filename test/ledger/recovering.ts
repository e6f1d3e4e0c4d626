import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";
import { type FoundAnswer, Recovery } from "../../src/ledger/index.ts";

/** Takes rows out of a table, as damage does: what points to them stays. */
export function lose(path: string, ...statements: string[]): void {
  const database = new DatabaseSync(path);
  for (const statement of statements) database.exec(statement);
  database.close();
}

/** Makes a file that SQLite refuses, with every row still in it. */
export function tear(path: string): void {
  const bytes = readFileSync(path);
  bytes.fill(0xee, 0, 16);
  writeFileSync(path, bytes);
}

/** An answer as OUTPUT shows it. */
export function found(
  label: string,
  line: number,
  text: string,
  source: Uint8Array | null = null,
): FoundAnswer {
  return { label, line, source, httpStatus: 200, requestId: null, body: new TextEncoder().encode(text) };
}

/** Recovers into the ledger's own place, as the command does. */
export function recover(path: string, fromOutput: readonly FoundAnswer[] = [], isCurrent = true) {
  const recovery = Recovery.open(path);
  if (fromOutput.length > 0) recovery.add(fromOutput, isCurrent);
  const recovered = recovery.finish();
  writeFileSync(path, readFileSync(recovery.path));
  recovery.close(true);
  expect(readdirSync(dirname(path))).toEqual([basename(path)]);
  return recovered;
}
