import { joinChunks } from "./response-body.ts";

/** The bytes of a body so far: the chunks as they came, or one array they are copied into as they come. */
export class GatheredBody {
  #chunks: Uint8Array[] = [];
  #whole: Uint8Array | null = null;
  #bytes = 0;

  add(chunk: Uint8Array): void {
    if (this.#whole === null) this.#chunks.push(chunk);
    else this.#whole.set(chunk, this.#bytes);
    this.#bytes += chunk.byteLength;
  }

  /**
   * From now on chunks go straight to their place: joined only at the end, a large body would for a moment be in
   * memory twice.
   */
  makeRoom(totalBytes: number): void {
    if (this.#whole !== null || totalBytes < this.#bytes) return;
    const whole = Buffer.allocUnsafeSlow(totalBytes);
    let at = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, at);
      at += chunk.byteLength;
    }
    this.#whole = whole;
    this.#chunks = [];
  }

  /** All bytes, in an array that holds nothing else; nothing is left here. */
  take(): Uint8Array {
    const [whole, bytes, chunks] = [this.#whole, this.#bytes, this.#chunks];
    this.drop();
    if (whole === null) return joinChunks(chunks, bytes);
    // Not `slice`: a Buffer's is a view, and the room for the rest would stay with it.
    return whole.byteLength === bytes ? whole : new Uint8Array(whole.subarray(0, bytes));
  }

  drop(): void {
    this.#chunks = [];
    this.#whole = null;
    this.#bytes = 0;
  }
}
