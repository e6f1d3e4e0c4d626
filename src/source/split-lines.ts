import { UsageError } from "../model/errors.ts";
import type { SourceLine } from "../model/source.ts";

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A longer line is refused: it could not become one string, and no provider takes such a request. */
export const LONGEST_LINE_BYTES = 256 * 1024 * 1024;

/** What a splitter is told of the bytes it will be given. */
export interface SplitterOptions {
  /** For sentences. */
  name: string;
  /** Where the first byte lies in the source. */
  offset: number;
  /** Default 256 MiB. */
  longestLineBytes?: number;
}

/**
 * Cuts bytes that arrive in pieces into lines. Only a line feed ends a line; one carriage return before it
 * is cut. A line within one piece is a view of it; only a line that crosses pieces is copied, once.
 */
export class LineSplitter {
  readonly #name: string;
  readonly #longest: number;
  /** Pieces of the line that is not finished yet, and where it begins. */
  #pieces: Buffer[] = [];
  #pendingBytes = 0;
  #lineOffset: number;
  #line = 1;

  constructor(options: SplitterOptions) {
    this.#name = options.name;
    this.#lineOffset = options.offset;
    this.#longest = options.longestLineBytes ?? LONGEST_LINE_BYTES;
  }

  /** The lines that this piece completes. The piece must not be written to afterwards. */
  push(piece: Buffer): SourceLine[] {
    const lines: SourceLine[] = [];
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
      lines.push(this.#complete(piece.subarray(start, end), 1));
      start = end + 1;
    }
    if (start < piece.length) this.#keep(piece.subarray(start));
    return lines;
  }

  /** The last line, when no line feed ends it. */
  finish(): SourceLine[] {
    return this.#pendingBytes === 0 ? [] : [this.#complete(Buffer.alloc(0), 0)];
  }

  #keep(rest: Buffer): void {
    this.#pieces.push(rest);
    this.#pendingBytes += rest.length;
    if (this.#pendingBytes > this.#longest) {
      throw new UsageError(
        `${this.#name}: line ${this.#line} is longer than ${this.#longest} bytes; put one row on each line`,
      );
    }
  }

  #complete(tail: Buffer, terminatorBytes: number): SourceLine {
    const whole = this.#pendingBytes === 0 ? tail : Buffer.concat([...this.#pieces, tail]);
    const bytes = whole.at(-1) === CARRIAGE_RETURN ? whole.subarray(0, -1) : whole;
    const found: SourceLine = { line: this.#line, offset: this.#lineOffset, bytes };
    this.#lineOffset += whole.length + terminatorBytes;
    this.#line += 1;
    this.#pieces = [];
    this.#pendingBytes = 0;
    return found;
  }
}
