import { truncate } from "node:fs/promises";
import { isOutdated, type OutputPosition } from "../model/ledger.ts";
import type { FileSinkOptions } from "./file-sink-options.ts";
import { crcOfPrefix, renameDurably } from "./output-file.ts";
import { keepAside, NOTHING_WRITTEN, sizeOf, standingOf } from "./output-standing.ts";
import type { RenderRows } from "./render-rows.ts";

const FIRST_GENERATION = 1;

/** Where the lines of this run begin. */
export interface OutputStart {
  at: OutputPosition;
  /** The generation that stays in place until its successor, written beside it, is whole; null = written in place. */
  replaces: OutputPosition | null;
  keptAs: string | null;
}

/**
 * Brings OUTPUT into the state the first write needs, and the ledger to know it:
 *
 *   as recorded, nothing earlier changes   cut to the recorded bytes, go on there
 *   as recorded, earlier lines change      marked outdated, stays; lines are written beside it from row 0
 *   missing, or unrecorded and the same    written from row 0
 *   edited                                 kept as .bak, written from row 0
 *
 * Each step is recorded before the files change, so that a kill at any point leaves a state of this list.
 */
export async function startOutput(
  path: string,
  beside: string,
  options: FileSinkOptions,
  render: RenderRows,
): Promise<OutputStart> {
  const { position, format, order, onPosition } = options;
  await finishReplacement(path, beside, position);
  const standing = await standingOf(path, position, render, options.continuation ?? null);
  const recorded = standing === "ours" ? position : null;
  if (recorded !== null) await truncate(path, recorded.bytes);
  if (recorded !== null && isCurrent(recorded, options))
    return { at: recorded, replaces: null, keptAs: null };

  const generation = position === null ? FIRST_GENERATION : position.generation + 1;
  const at: OutputPosition = { generation, ...NOTHING_WRITTEN, format: format.shape, order };
  if (recorded !== null && recorded.bytes > 0) {
    await onPosition({ ...recorded, nextIndex: 0 });
    return { at, replaces: recorded, keptAs: null };
  }
  const mayReplace = options.overwrite === true && position === null;
  const keptAs = standing === "edited" && !mayReplace ? await keepAside(path) : null;
  await onPosition(at);
  return { at, replaces: null, keptAs };
}

function isCurrent(recorded: OutputPosition, { format, order, firstChange }: FileSinkOptions): boolean {
  const sameShape = recorded.format === format.shape && recorded.order === order;
  return sameShape && !isOutdated(recorded) && firstChange >= recorded.nextIndex;
}

/** A kill may come between the record of a new generation and its rename: then the rename is made up for. */
async function finishReplacement(path: string, beside: string, known: OutputPosition | null): Promise<void> {
  if (known === null || known.bytes === 0 || isOutdated(known)) return;
  if ((await sizeOf(beside)) !== known.bytes || (await crcOfPrefix(beside, known.bytes)) !== known.crc)
    return;
  const isThere = (await sizeOf(path)) !== null;
  if (isThere && (await crcOfPrefix(path, known.bytes)) === known.crc) return;
  await renameDurably(beside, path);
}
