import type { FileHandle } from "node:fs/promises";
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { type PersistOptions, persist } from "./persist.ts";
import { restOf } from "./rest-of.ts";

const READ_BYTES = 1024 * 1024;

/** What is needed of a file handle; tests hand in one that fails. */
export type OutputHandle = Pick<FileHandle, "writev" | "truncate" | "sync" | "close">;

/** A file that only ever ends in whole writes: what a full disk cuts short is taken back and written again. */
export class OutputFile {
  readonly #handle: OutputHandle;
  readonly #options: PersistOptions;
  #bytes: number;
  #crc: number;

  constructor(handle: OutputHandle, at: { bytes: number; crc: number }, options: PersistOptions) {
    this.#handle = handle;
    this.#bytes = at.bytes;
    this.#crc = at.crc;
    this.#options = options;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get crc(): number {
    return this.#crc;
  }

  /** Appends all parts, or waits until it can. Written at their own offset, so that trying again repeats nothing. */
  async append(parts: readonly Uint8Array[]): Promise<void> {
    if (parts.length === 0) return;
    await persist(() => this.#appendOnce(parts), this.#options);
    for (const part of parts) {
      this.#bytes += part.length;
      this.#crc = crc32(part, this.#crc);
    }
  }

  async #appendOnce(parts: readonly Uint8Array[]): Promise<void> {
    let written = 0;
    try {
      for (let rest = parts; rest.length > 0; rest = restOf(parts, written)) {
        written += (await this.#handle.writev(rest, this.#bytes + written)).bytesWritten;
      }
    } catch (error) {
      // The write's own error is the one to tell; a torn line that cannot be cut now is overwritten or cut later.
      if (written > 0) await this.#handle.truncate(this.#bytes).catch(() => {});
      throw error;
    }
  }

  sync(): Promise<void> {
    return persist(() => this.#handle.sync(), this.#options);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** CRC-32 of a file's first bytes, streamed; null when it is shorter. */
export async function crcOfPrefix(path: string, bytes: number): Promise<number | null> {
  await using file = await open(path, "r");
  if ((await file.stat()).size < bytes) return null;
  const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, Math.max(1, bytes)));
  let crc = 0;
  for (let at = 0; at < bytes; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, bytes - at), at);
    if (bytesRead === 0) return null;
    crc = crc32(buffer.subarray(0, bytesRead), crc);
    at += bytesRead;
  }
  return crc;
}

/** True when the file holds exactly `expected` at this offset. */
export async function holdsAt(path: string, offset: number, expected: Uint8Array): Promise<boolean> {
  await using file = await open(path, "r");
  const buffer = Buffer.allocUnsafe(expected.length);
  const { bytesRead } = await file.read(buffer, 0, expected.length, offset);
  return bytesRead === expected.length && buffer.equals(expected);
}

/** Renames so that the new name outlives a power cut, where the system lets a folder be synced. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
}

/** Windows and some network file systems cannot sync a folder: the name then becomes durable when they see fit. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, "r");
    await handle.sync();
  } catch {
    return;
  }
}
