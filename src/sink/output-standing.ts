import { lstat, rename, stat } from "node:fs/promises";
import { isOutdated, type OutputPosition } from "../model/ledger.ts";
import type { SettledRow } from "../model/outcome.ts";
import { crcOfPrefix, holdsAt } from "./output-file.ts";
import type { RenderRows } from "./render-rows.ts";

export const NOTHING_WRITTEN = { nextIndex: 0, bytes: 0, crc: 0 };

/** How far OUTPUT reaches. */
type Reach = Pick<OutputPosition, "nextIndex" | "bytes">;

/**
 * How OUTPUT stands against what the ledger remembers of it.
 *
 * missing   no file, or an empty one of which nothing is recorded: begin at row 0
 * ours      the recorded bytes are there, and what follows them (a kill came between a write and its record) is ours
 *           too; where nothing is recorded (a recovered ledger), every line is what the ledger would write
 * edited    anything else: somebody changed, shortened or lengthened it
 */
export type Standing = "missing" | "ours" | "edited";

/** The settled rows that follow the first `written` ones, from the ledger: what a killed run wrote last. */
export type Continuation = (written: number) => AsyncIterable<readonly SettledRow[]>;

export async function standingOf(
  path: string,
  position: OutputPosition | null,
  render: RenderRows,
  continuation: Continuation | null,
): Promise<Standing> {
  const size = await sizeOf(path);
  if (size === null) return "missing";
  if (position === null && size === 0) return "missing";
  if (position !== null && (await crcOfPrefix(path, position.bytes)) !== position.crc) return "edited";
  if (position?.bytes === size) return "ours";
  if (continuation === null) return position === null ? "edited" : "ours";
  const from = position ?? NOTHING_WRITTEN;
  const follows = !isOutdated(from) && (await tailFollows(path, from, size, render, continuation));
  return follows ? "ours" : "edited";
}

/** False when OUTPUT is known to show another plan, or to have been edited; one that was cut short still agrees. */
export async function agreesWith(path: string, position: OutputPosition): Promise<boolean> {
  if (isOutdated(position)) return false;
  const crc = await crcOfPrefix(path, position.bytes);
  return crc === null || crc === position.crc;
}

/** True when the file goes on exactly as the ledger's next rows would, if only for a part of them. */
async function tailFollows(
  path: string,
  position: Reach,
  size: number,
  render: RenderRows,
  continuation: Continuation,
): Promise<boolean> {
  let at = position.bytes;
  for await (const rows of continuation(position.nextIndex)) {
    for (const part of await render(rows)) {
      const expected = part.subarray(0, size - at);
      if (!(await holdsAt(path, at, expected))) return false;
      at += expected.length;
      if (at >= size) return true;
    }
  }
  return false;
}

export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch {
    return null;
  }
}

/** Moves a file out of the way under the first free name: .bak, .bak.1, .bak.2 … Returns that name. */
export async function keepAside(path: string): Promise<string> {
  for (let number = 0; ; number += 1) {
    const aside = number === 0 ? `${path}.bak` : `${path}.bak.${number}`;
    if (await isTaken(aside)) continue;
    await rename(path, aside);
    return aside;
  }
}

async function isTaken(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}
