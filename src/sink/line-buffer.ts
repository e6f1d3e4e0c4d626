import type { LinePieces } from "./line-format.ts";

const BLOCK_BYTES = 256 * 1024;
/** Blocks kept for the next lines: what a usual batch fills. */
const BLOCKS_KEPT = 8;
/** From this length on a piece is written from where it lies instead of being copied. */
const LONG_PIECE = 64 * 1024;
/** What a character of a string can become in UTF-8. */
const MOST_BYTES_PER_CHARACTER = 3;

/** Gathers pieces in memory that is used again and again: made anew for each batch it would be garbage by the gigabyte. */
export class LineBuffer {
  readonly #blocks: Buffer[] = [];
  #used = 0;
  #block: Buffer | null = null;
  #start = 0;
  #end = 0;
  #parts: Uint8Array[] = [];

  add(pieces: LinePieces): void {
    for (const piece of pieces) {
      if (piece.length >= LONG_PIECE) this.#addLong(piece);
      else if (typeof piece === "string") this.#addText(piece);
      else this.#addBytes(piece);
    }
  }

  /** Everything added since the last call, in order. Good until something is added again. */
  take(): readonly Uint8Array[] {
    this.#closePart();
    const parts = this.#parts;
    this.#parts = [];
    this.#block = null;
    this.#used = 0;
    this.#blocks.splice(BLOCKS_KEPT);
    return parts;
  }

  #addLong(piece: string | Uint8Array): void {
    this.#closePart();
    this.#parts.push(typeof piece === "string" ? Buffer.from(piece) : piece);
  }

  #addText(text: string): void {
    const block = this.#room(text.length * MOST_BYTES_PER_CHARACTER);
    this.#end += block.write(text, this.#end);
  }

  #addBytes(bytes: Uint8Array): void {
    this.#room(bytes.length).set(bytes, this.#end);
    this.#end += bytes.length;
  }

  #room(bytes: number): Buffer {
    if (this.#block !== null && this.#end + bytes <= BLOCK_BYTES) return this.#block;
    this.#closePart();
    const block = this.#blocks[this.#used] ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
    this.#blocks[this.#used] = block;
    this.#used += 1;
    this.#block = block;
    this.#start = 0;
    this.#end = 0;
    return block;
  }

  #closePart(): void {
    if (this.#block !== null && this.#end > this.#start) {
      this.#parts.push(this.#block.subarray(this.#start, this.#end));
    }
    this.#start = this.#end;
  }
}
