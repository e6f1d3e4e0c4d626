import { fstatSync } from "node:fs";
import { open, realpath, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Clock } from "../model/clock.ts";
import { DEFAULT_DURABILITY } from "../model/defaults.ts";
import { UsageError } from "../model/errors.ts";
import type { OutputPosition } from "../model/ledger.ts";
import type { SettledRow } from "../model/outcome.ts";
import type { FileSink, FileSinkOptions } from "./file-sink-options.ts";
import { OutputFile, renameDurably, syncFolder } from "./output-file.ts";
import { isSpecialFile } from "./output-path.ts";
import { keepAside } from "./output-standing.ts";
import { type OutputStart, startOutput } from "./output-start.ts";
import { errorCode } from "./persist.ts";
import { type RenderRows, rowRenderer } from "./render-rows.ts";
import { openSpecialFile } from "./stream-sink.ts";

/** What the system answers where a file cannot be opened, kept aside or written beside. */
const REFUSALS: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS", "ENOENT", "EBUSY", "EISDIR"]);

/** How often to look whether OUTPUT still has its name. Milliseconds. */
const LOOK_EVERY_MS = 1000;

/** Opens OUTPUT where the last run left it: goes on, begins anew, or writes a new generation beside it. */
export async function openFileSink(options: FileSinkOptions): Promise<FileSink> {
  const { path: name, clock, onTrouble, onPosition, signal, durability = DEFAULT_DURABILITY } = options;
  if (await isSpecialFile(name)) return openSpecialFile(options);
  const path = await realpath(name).catch(() => name);
  const beside = join(dirname(path), `.${basename(path)}.next`);
  const render = rowRenderer(options.format, options.readInput ?? null);
  try {
    const start = await startOutput(path, beside, options, render);
    const handle = await openForLines(path, beside, start);
    const file = new OutputFile(handle, start.at, { name, clock, onTrouble, signal });
    const inode = await inodeOf(path);
    const syncs = durability === "power";
    const size = () => fstatSync(handle.fd).size;
    const parts = { name, clock, inode, file, size, path, beside, start, render, onPosition, syncs };
    return new OrderedFileSink(parts);
  } catch (error) {
    const code = errorCode(error);
    if (!REFUSALS.has(code)) throw error;
    throw new UsageError(
      `output ${name} cannot be opened for writing (${code}); choose another place with -o`,
    );
  }
}

async function openForLines(path: string, beside: string, { at, replaces }: OutputStart) {
  if (replaces !== null) return open(beside, "w", (await stat(path)).mode);
  await rm(beside, { force: true });
  const handle = await open(path, at.bytes === 0 ? "w" : "r+");
  await syncFolder(dirname(path));
  return handle;
}

async function inodeOf(path: string): Promise<bigint | null> {
  return (await stat(path, { bigint: true }).catch(() => null))?.ino ?? null;
}

interface FileSinkParts {
  name: string;
  clock: Clock;
  /** The number of the file that has OUTPUT's name. */
  inode: bigint | null;
  file: OutputFile;
  /** Bytes that are there now, whoever else wrote. */
  size: () => number;
  path: string;
  beside: string;
  start: OutputStart;
  render: RenderRows;
  onPosition: FileSinkOptions["onPosition"];
  /** Each write waits for the disk. */
  syncs: boolean;
}

class OrderedFileSink implements FileSink {
  readonly keepsNothing = true;
  readonly resumeFrom: number;
  readonly newGeneration: boolean;
  readonly keptAs: string | null;
  readonly closed: Promise<void> = new Promise(() => {});
  readonly #parts: FileSinkParts;
  #position: OutputPosition;
  #lookAgainAt = 0;

  constructor(parts: FileSinkParts) {
    this.#parts = parts;
    this.#position = parts.start.at;
    this.resumeFrom = parts.start.at.nextIndex;
    this.newGeneration = parts.start.replaces !== null;
    this.keptAs = parts.start.keptAs;
  }

  async keepReplaced(): Promise<string | null> {
    return this.newGeneration ? keepAside(this.#parts.path) : null;
  }

  position(): OutputPosition {
    return this.#position;
  }

  async write(rows: readonly SettledRow[]): Promise<void> {
    if (rows.length === 0) return;
    const { clock, file, render, onPosition, syncs } = this.#parts;
    if (clock.now() >= this.#lookAgainAt) await this.#checkStillThere();
    this.#checkStillWhole();
    if (this.#position.order === "input") this.#expectOrder(rows);
    await file.append(await render(rows));
    if (syncs) await file.sync();
    const nextIndex = this.#position.nextIndex + rows.length;
    this.#position = { ...this.#position, nextIndex, bytes: file.bytes, crc: file.crc };
    if (!this.newGeneration) await onPosition(this.#position);
  }

  async end(complete: boolean): Promise<void> {
    const { file, path, beside, start, onPosition } = this.#parts;
    try {
      await this.#checkStillThere();
      this.#checkStillWhole();
      await file.sync();
    } finally {
      await file.close();
    }
    if (start.replaces === null) return;
    // An unfinished run never replaces a longer OUTPUT by a shorter one: that stays, whole; the ledger knows it is
    // outdated, and the next run writes its successor from whatever is settled by then.
    if (!complete && file.bytes < start.replaces.bytes) {
      await rm(beside, { force: true });
      this.#position = { ...start.replaces, nextIndex: 0 };
      return;
    }
    await onPosition(this.#position);
    await renameDurably(beside, path);
  }

  /** What is written to a file that has no name any more is lost when it is closed. A new generation has to be renamed. */
  async #checkStillThere(): Promise<void> {
    const { clock, name, inode, path, start } = this.#parts;
    this.#lookAgainAt = clock.now() + LOOK_EVERY_MS;
    if (start.replaces === null && (await inodeOf(path)) !== inode) {
      throw new UsageError(
        `${name} was moved or removed while it was being written; the same command writes it anew from its ledger.`,
      );
    }
  }

  /** What is written behind the end of a file that was shortened leaves a hole: asked of each write, before it hides it. */
  #checkStillWhole(): void {
    const { name, file, size } = this.#parts;
    if (size() >= file.bytes) return;
    throw new UsageError(
      `${name} was shortened while it was being written; the same command writes it anew from its ledger.`,
    );
  }

  #expectOrder(rows: readonly SettledRow[]): void {
    for (const [place, row] of rows.entries()) {
      const due = this.#position.nextIndex + place;
      if (row.index !== due) throw new Error(`OUTPUT was handed row ${row.index} where row ${due} was due`);
    }
  }
}
