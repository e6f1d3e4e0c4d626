import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { Source, SourceKind, SourceLine } from "../model/source.ts";
import { groupPlaces, type Place } from "./group-places.ts";
import { LineSplitter } from "./split-lines.ts";

/** Small enough that a million rows stay flat in memory, large enough that reads cost nothing beside parsing. */
const LINES_CHUNK_BYTES = 128 * 1024;
const FINGERPRINT_CHUNK_BYTES = 1024 * 1024;

/** What an opened file is made of. The handle is owned: `close()` closes it. */
export interface OpenedFile {
  name: string;
  kind: SourceKind;
  handle: FileHandle;
  bytes: number;
  /** Where the first line begins: behind a byte order mark. */
  start: number;
  /** Called once after the handle is closed. */
  cleanUp?: () => Promise<void>;
}

/** A file as a source: read by position, so that many readers do not disturb each other. */
export class FileSource implements Source {
  readonly name: string;
  readonly kind: SourceKind;
  readonly bytes: number;
  readonly #file: OpenedFile;
  #fingerprint: Promise<string> | null = null;
  #closed: Promise<void> | null = null;

  constructor(file: OpenedFile) {
    this.#file = file;
    this.name = file.name;
    this.kind = file.kind;
    this.bytes = file.bytes;
  }

  fingerprint(): Promise<string> {
    this.#fingerprint ??= this.#hashContent();
    return this.#fingerprint;
  }

  async *lines(): AsyncIterable<readonly SourceLine[]> {
    const splitter = new LineSplitter({ name: this.name, offset: this.#file.start });
    let position = this.#file.start;
    while (true) {
      const piece = await this.#readAt(Buffer.allocUnsafeSlow(LINES_CHUNK_BYTES), position);
      if (piece.length === 0) break;
      position += piece.length;
      const lines = splitter.push(piece);
      if (lines.length > 0) yield lines;
    }
    const last = splitter.finish();
    if (last.length > 0) yield last;
  }

  async read(places: readonly Place[]): Promise<readonly Uint8Array[]> {
    const found: Uint8Array[] = [];
    for (const group of groupPlaces(places)) {
      const bytes = await this.#readAt(Buffer.allocUnsafeSlow(group.length), group.offset);
      for (const place of places.slice(group.first, group.last + 1)) {
        const start = place.offset - group.offset;
        const row = bytes.subarray(start, start + place.length);
        // A row that waits for its answer must not hold its neighbours' bytes.
        found.push(group.first === group.last ? row : Buffer.from(row));
      }
    }
    return found;
  }

  close(): Promise<void> {
    this.#closed ??= this.#release();
    return this.#closed;
  }

  async #release(): Promise<void> {
    await this.#file.handle.close();
    await this.#file.cleanUp?.();
  }

  /** Fills the buffer from a position; shorter only where the file ends. */
  async #readAt(buffer: Buffer, position: number): Promise<Buffer> {
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await this.#file.handle.read(
        buffer,
        filled,
        buffer.length - filled,
        position + filled,
      );
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  }

  async #hashContent(): Promise<string> {
    const hash = createHash("sha256");
    const buffer = Buffer.allocUnsafeSlow(FINGERPRINT_CHUNK_BYTES);
    let size = 0;
    while (true) {
      const piece = await this.#readAt(buffer, size);
      if (piece.length === 0) break;
      hash.update(piece);
      size += piece.length;
    }
    return `${size}-${hash.digest("hex")}`;
  }
}
