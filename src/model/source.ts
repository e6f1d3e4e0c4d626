/** One line of a source, as bytes; a line never holds its terminator. */
export interface SourceLine {
  /** 1-based. */
  line: number;
  /** Where its bytes begin in the source. */
  offset: number;
  bytes: Uint8Array;
}

/** How a source's lines are to be understood. */
export type SourceKind = "jsonl" | "text";

/** A source that lies still: read once at the door, then again by place as rows are sent. */
export interface Source {
  /** For sentences: the path as typed, or "stdin". */
  name: string;
  kind: SourceKind;
  /** Size in bytes, for the door's progress. */
  bytes: number;
  /** Fingerprint of the content (size and SHA-256). */
  fingerprint(): Promise<string>;
  /** Every line in order, blank ones too, in batches; memory stays flat. */
  lines(): AsyncIterable<readonly SourceLine[]>;
  /** The bytes of the given places, in the same order. Adjacent places are read together. */
  read(places: readonly { offset: number; length: number }[]): Promise<readonly Uint8Array[]>;
  close(): Promise<void>;
}
